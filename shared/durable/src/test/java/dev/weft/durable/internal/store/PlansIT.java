package dev.weft.durable.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.postgres.Deadline;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plans are made while the tables are empty and kept when they are large, so they must find
 * every row by an index. In the store's package, since the statements are its own affair.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlansIT {
  private static final Logger log = LoggerFactory.getLogger(PlansIT.class);

  private final StoreBed bed = new StoreBed();
  private final SqlConnection session =
      PgConnection.connect(
              bed.vertx,
              PgSessions.forObjects(bed.database.optionsOf("objects"), "plans", Deadline.CLAIM))
          .await();

  @AfterAll
  void close() {
    session.close().await();
    bed.close();
  }

  @Test
  void commitsFindTheirRowsByIndexes() {
    TreeMap<Key, byte[]> entries = new TreeMap<>();
    entries.put(Key.of("a"), new byte[1]);
    entries.put(Key.of("b"), null);
    Map<String, WriteSet.AlarmRow> alarms = new HashMap<>();
    alarms.put("a", new WriteSet.AlarmRow(1, 1, 0));
    alarms.put("b", null);
    List<WriteSet.Reply> replies = List.of(new WriteSet.Reply("r", false, new byte[0]));
    Map<Key, Long> expiries = Map.of(Key.of("a"), 1L);
    List<WriteSet.OutboxRecord> records =
        List.of(new WriteSet.OutboxRecord("p", 0, WriteSet.OutboxRecord.RECORD, 0, new byte[0]));
    WriteSet plain = WriteSets.of(false, entries, expiries, alarms, replies, records, 1L, 1, true);
    WriteSet clear = WriteSets.of(true, entries, expiries, alarms, replies, records, 0L, 1, true);
    ObjectId one = new ObjectId("n", new byte[ObjectId.BYTES], null);
    byte[] bytes = new byte[ObjectId.BYTES];
    bytes[0] = 1;
    ObjectId two = new ObjectId("n", bytes, null);
    CommitStatement statement =
        new CommitStatement(List.of(new Commit(one, 1, 0, plain), new Commit(two, 1, 0, clear)));
    indexed(statement.text());
  }

  @Test
  void claimsFindTheirRowsByIndexes() {
    List.of(PgClaims.TAKE, PgClaims.OBJECTS, PgClaims.ENTRIES, PgClaims.EXTRAS)
        .forEach(this::indexed);
  }

  private void indexed(String sql) {
    StringBuilder plan = new StringBuilder();
    session
        .query("EXPLAIN (GENERIC_PLAN, COSTS OFF) " + sql)
        .execute()
        .await()
        .forEach(row -> plan.append(row.getString(0)).append('\n'));
    log.debug("{}", plan);
    assertThat(plan.toString())
        .doesNotContain("Seq Scan")
        .doesNotContain("Hash Join")
        .doesNotContain("Merge Join")
        .doesNotContain("Bitmap")
        .contains("Index");
  }
}
