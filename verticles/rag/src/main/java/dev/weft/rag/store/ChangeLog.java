package dev.weft.rag.store;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Numbers changes so that they become visible in the order of their numbers: the number is taken by
 * updating the one row of {@code change_log}, which stays locked until the transaction ends.
 * Therefore the last thing a transaction does; writers wait for each other only for the length of a
 * commit.
 */
public final class ChangeLog {

  /** Channel that is notified with each change. */
  public static final String CHANNEL = "weft_rag_changes";

  /** Stands for the collection itself, where a document's key would be. */
  static final long WHOLE_COLLECTION = 0;

  private static final String APPEND =
      """
      WITH step AS (
        UPDATE change_log SET last = last + 1 RETURNING last
      ), counted AS (
        UPDATE collections
           SET last_change = step.last, documents = documents + $3, chunks = chunks + $4
          FROM step
         WHERE key = $1
      )
      INSERT INTO changes (collection, document, sequence)
      SELECT $1, $2, last FROM step
      ON CONFLICT (collection, document) DO UPDATE SET sequence = excluded.sequence
      RETURNING sequence, pg_notify('weft_rag_changes', '') IS NULL AS notified
      """;

  /**
   * Appends a change as the transaction's last step.
   *
   * @param documents by how much the collection's count of documents changes
   * @param chunks by how much its count of chunks changes
   * @return the change's sequence
   */
  static long append(
      SqlConnection connection, long collection, long document, long documents, long chunks) {
    return connection
        .preparedQuery(APPEND)
        .execute(Tuple.of(collection, document, documents, chunks))
        .await()
        .iterator()
        .next()
        .getLong("sequence");
  }

  private ChangeLog() {}
}
