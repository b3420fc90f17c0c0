package dev.weft.rag.store;

import dev.weft.rag.index.ChangeFeed;
import dev.weft.rag.index.IndexedDocument;
import dev.weft.rag.text.Chunk;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The changes as the index follows them. For threads that may await. */
public final class DatabaseChanges implements ChangeFeed {

  /** A step of the follower: many small documents or one large. */
  private static final int STEP_CHANGES = 500;

  private static final long STEP_CHARACTERS = 1_000_000;

  private static final String AFTER =
      """
      SELECT changed.sequence, changed.collection, changed.document,
             coalesce(stored.characters, 0) AS characters
        FROM changes AS changed LEFT JOIN documents AS stored ON stored.key = changed.document
       WHERE changed.sequence > $1
       ORDER BY changed.sequence
       LIMIT $2
      """;

  /** One statement, so that text and chunks are of the same version. */
  private static final String LOAD =
      """
      SELECT key, collection, version, id, title, text, metadata, failure,
             (SELECT array_agg(start_offset ORDER BY ordinal)
                FROM chunks WHERE document = key) AS starts,
             (SELECT array_agg(end_offset ORDER BY ordinal)
                FROM chunks WHERE document = key) AS ends
        FROM documents
       WHERE key = ANY($1)
      """;

  private static final String MARK =
      "UPDATE documents SET failure = $3 WHERE key = $1 AND version = $2";

  private final Pool pool;

  public DatabaseChanges(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Position latest() {
    return latestLater().await();
  }

  /** The same, for threads that may not await. */
  public Future<Position> latestLater() {
    return pool.query("SELECT id, last FROM change_log")
        .execute()
        .map(rows -> rows.iterator().next())
        .map(row -> new Position(row.getUUID("id").toString(), row.getLong("last")));
  }

  @Override
  public List<Change> after(long sequence) {
    List<Row> step = new ArrayList<>();
    List<Long> keys = new ArrayList<>();
    long characters = 0;
    for (Row row : pool.preparedQuery(AFTER).execute(Tuple.of(sequence, STEP_CHANGES)).await()) {
      characters += row.getInteger("characters");
      if (!step.isEmpty() && characters > STEP_CHARACTERS) {
        break;
      }
      step.add(row);
      if (row.getLong("document") != ChangeLog.WHOLE_COLLECTION) {
        keys.add(row.getLong("document"));
      }
    }
    Map<Long, IndexedDocument> documents = keys.isEmpty() ? Map.of() : load(keys);
    List<Change> changes = new ArrayList<>(step.size());
    for (Row row : step) {
      long at = row.getLong("sequence");
      long document = row.getLong("document");
      changes.add(
          document == ChangeLog.WHOLE_COLLECTION
              ? new CollectionDeleted(at, row.getLong("collection"))
              : new DocumentChange(at, document, documents.get(document)));
    }
    return changes;
  }

  @Override
  public void mark(IndexedDocument document, @Nullable String failure) {
    pool.preparedQuery(MARK).execute(Tuple.of(document.key(), document.version(), failure)).await();
  }

  private Map<Long, IndexedDocument> load(List<Long> keys) {
    Map<Long, IndexedDocument> documents = new HashMap<>();
    RowSet<Row> rows =
        pool.preparedQuery(LOAD).execute(Tuple.of((Object) keys.toArray(Long[]::new))).await();
    for (Row row : rows) {
      Integer[] starts = row.getArrayOfIntegers("starts");
      Integer[] ends = row.getArrayOfIntegers("ends");
      List<Chunk> chunks = new ArrayList<>(starts.length);
      for (int i = 0; i < starts.length; i++) {
        chunks.add(new Chunk(starts[i], ends[i]));
      }
      long key = row.getLong("key");
      documents.put(
          key,
          new IndexedDocument(
              key,
              row.getLong("collection"),
              row.getLong("version"),
              row.getString("id"),
              row.getString("title"),
              row.getString("text"),
              Documents.metadata(row),
              chunks,
              row.getString("failure")));
    }
    return documents;
  }
}
