package dev.weft.rag.store;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.Document;
import dev.weft.contracts.rag.DocumentInfo;
import dev.weft.contracts.rag.DocumentList;
import dev.weft.postgres.Transactions;
import dev.weft.rag.text.Chunk;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents of all collections. A write is one transaction: text, chunks and change are there
 * together or not at all. Thread-safe; for threads that may await.
 */
public final class Documents {

  private static final String COLUMNS =
      "id, title, characters, chunks, metadata, updated_at, failure";

  private static final String UPSERT =
      """
      INSERT INTO documents (collection, id, title, text, characters, chunks, metadata)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (collection, id) DO UPDATE
         SET version = documents.version + 1, title = excluded.title, text = excluded.text,
             characters = excluded.characters, chunks = excluded.chunks,
             metadata = excluded.metadata, updated_at = now(), failure = NULL
      RETURNING key, version, updated_at
      """;

  private static final String INSERT_CHUNKS =
      """
      INSERT INTO chunks (document, ordinal, start_offset, end_offset)
      SELECT $1, ordinal - 1, start_offset, end_offset
        FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS cut (start_offset, end_offset, ordinal)
      """;

  private final Pool pool;

  public Documents(Pool pool) {
    this.pool = pool;
  }

  /** A document to be written; its parts have been checked. */
  public record Draft(
      String id, String title, String text, Map<String, String> metadata, List<Chunk> chunks) {
    public Draft {
      metadata = Map.copyOf(metadata);
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * A document that was written.
   *
   * @param key the document's number
   * @param sequence the change's sequence
   */
  public record Written(DocumentInfo info, long key, long sequence) {}

  /** Adds or replaces a document; {@code rag:collection.not_found}. */
  public Written put(String tenant, String collection, Draft draft) {
    return Transactions.run(pool, connection -> put(connection, tenant, collection, draft));
  }

  private static Written put(
      SqlConnection connection, String tenant, String collection, Draft draft) {
    long owner = Collections.hold(connection, tenant, collection).key();
    Row row =
        connection
            .preparedQuery(UPSERT)
            .execute(
                Tuple.of(
                    owner,
                    draft.id(),
                    draft.title(),
                    draft.text(),
                    draft.text().length(),
                    draft.chunks().size(),
                    new JsonObject(new LinkedHashMap<>(draft.metadata()))))
            .await()
            .iterator()
            .next();
    long key = row.getLong("key");
    boolean added = row.getLong("version") == 1;
    int removed =
        added
            ? 0
            : connection
                .preparedQuery("DELETE FROM chunks WHERE document = $1")
                .execute(Tuple.of(key))
                .await()
                .rowCount();
    connection
        .preparedQuery(INSERT_CHUNKS)
        .execute(
            Tuple.of(
                key,
                draft.chunks().stream().map(Chunk::start).toArray(Integer[]::new),
                draft.chunks().stream().map(Chunk::end).toArray(Integer[]::new)))
        .await();
    long sequence =
        ChangeLog.append(
            connection, owner, key, added ? 1 : 0, (long) draft.chunks().size() - removed);
    DocumentInfo info =
        new DocumentInfo(
            draft.id(),
            collection,
            draft.title(),
            draft.text().length(),
            draft.chunks().size(),
            draft.metadata(),
            row.getOffsetDateTime("updated_at").toInstant().toString(),
            null);
    return new Written(info, key, sequence);
  }

  /**
   * A page of documents by id; {@code rag:collection.not_found}.
   *
   * @param after the id before the page; null for the first
   */
  public DocumentList list(String tenant, String collection, int limit, @Nullable String after) {
    long owner = Collections.resolve(pool, tenant, collection).key();
    List<DocumentInfo> page = new ArrayList<>();
    pool.preparedQuery(
            "SELECT "
                + COLUMNS
                + " FROM documents WHERE collection = $1 AND id > $2 ORDER BY id LIMIT $3")
        .execute(Tuple.of(owner, after == null ? "" : after, limit + 1))
        .await()
        .forEach(row -> page.add(info(collection, row)));
    boolean more = page.size() > limit;
    return new DocumentList(more ? page.subList(0, limit) : page, more);
  }

  /** A document; {@code rag:collection.not_found}, {@code rag:document.not_found}. */
  public Document get(String tenant, String collection, String id) {
    long owner = Collections.resolve(pool, tenant, collection).key();
    RowIterator<Row> row =
        pool.preparedQuery(
                "SELECT " + COLUMNS + ", text FROM documents WHERE collection = $1 AND id = $2")
            .execute(Tuple.of(owner, id))
            .await()
            .iterator();
    if (!row.hasNext()) {
      throw notFound(collection, id);
    }
    Row found = row.next();
    return new Document(info(collection, found), found.getString("text"));
  }

  /**
   * Deletes a document; {@code rag:collection.not_found}, {@code rag:document.not_found}.
   *
   * @return the change's sequence
   */
  public long delete(String tenant, String collection, String id) {
    return Transactions.run(
        pool,
        connection -> {
          long owner = Collections.hold(connection, tenant, collection).key();
          RowIterator<Row> row =
              connection
                  .preparedQuery(
                      "DELETE FROM documents WHERE collection = $1 AND id = $2"
                          + " RETURNING key, chunks")
                  .execute(Tuple.of(owner, id))
                  .await()
                  .iterator();
          if (!row.hasNext()) {
            throw notFound(collection, id);
          }
          Row deleted = row.next();
          return ChangeLog.append(
              connection, owner, deleted.getLong("key"), -1, -deleted.getInteger("chunks"));
        });
  }

  private static DocumentInfo info(String collection, Row row) {
    return new DocumentInfo(
        row.getString("id"),
        collection,
        row.getString("title"),
        row.getInteger("characters"),
        row.getInteger("chunks"),
        metadata(row),
        row.getOffsetDateTime("updated_at").toInstant().toString(),
        row.getString("failure"));
  }

  static Map<String, String> metadata(Row row) {
    Map<String, String> metadata = new LinkedHashMap<>();
    row.getJsonObject("metadata")
        .forEach(entry -> metadata.put(entry.getKey(), String.valueOf(entry.getValue())));
    return metadata;
  }

  private static WeftException notFound(String collection, String id) {
    return WeftError.of(
            "rag:document",
            Reason.NOT_FOUND,
            "There is no document '%s' in collection '%s'.".formatted(id, collection))
        .exception();
  }
}
