package dev.weft.durable.internal.store;

import static dev.weft.durable.internal.store.StoreBed.commit;
import static dev.weft.durable.internal.store.StoreBed.get;
import static dev.weft.durable.internal.store.StoreBed.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What claims and commits cost; prints figures, and fails only when they are absurd. */
class ObjectStoreCostIT {
  private static final Logger log = LoggerFactory.getLogger(ObjectStoreCostIT.class);

  private static final int OBJECTS = 10_000;
  private static final int BATCH = 256;
  private static final int ROUNDS = 6;

  /** The kernel counts processor time in hundredths of a second. */
  private static final long MICROS_PER_TICK = 10_000;

  @Test
  void tenThousandObjects() {
    try (StoreBed bed = new StoreBed()) {
      String me = bed.node("node");
      List<ObjectId> ids = new ArrayList<>();
      for (int i = 0; i < OBJECTS; i++) {
        ids.add(id("object-" + i));
      }
      measure(bed, "claim", () -> claimAll(bed, me, ids));
      List<Lane> lanes = List.of(bed.lane(me), bed.lane(me));
      for (int round = 0; round < ROUNDS; round++) {
        int seq = round;
        measure(bed, "commit", () -> commitAll(lanes, ids, 1, seq));
      }
      measure(bed, "claim again", () -> claimAll(bed, me, ids));
      long start = System.nanoTime();
      int singles = 200;
      for (int i = 0; i < singles; i++) {
        ObjectId id = ids.get(i);
        get(lanes.getFirst().commit(List.of(commit(id, 2, ROUNDS, StoreBed.put("a", "b")))));
      }
      log.info("one by one: {} us each", (System.nanoTime() - start) / 1_000 / singles);
      log.info(
          "updates of objects within their page: {} of {}",
          bed.count("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'do_object'"),
          bed.count("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'do_object'"));
    }
  }

  private static void claimAll(StoreBed bed, String me, List<ObjectId> ids) {
    for (int i = 0; i < ids.size(); i += BATCH) {
      List<Claim> claims = new ArrayList<>();
      for (ObjectId id : ids.subList(i, Math.min(i + BATCH, ids.size()))) {
        claims.add(new Claim(id, true, 1));
      }
      assertThat(get(bed.store.claim(me, claims))).allMatch(ClaimResult.Claimed.class::isInstance);
    }
  }

  /** Each lane has its half of the objects, as the runtime does it. */
  private static void commitAll(List<Lane> lanes, List<ObjectId> ids, long epoch, long seq) {
    List<Future<Void>> all = new ArrayList<>();
    int half = ids.size() / lanes.size();
    for (int lane = 0; lane < lanes.size(); lane++) {
      List<ObjectId> part = ids.subList(lane * half, (lane + 1) * half);
      all.add(commitFrom(lanes.get(lane), part, 0, epoch, seq));
    }
    get(Future.all(all));
  }

  private static Future<Void> commitFrom(
      Lane lane, List<ObjectId> ids, int from, long epoch, long seq) {
    if (from >= ids.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(from + BATCH, ids.size());
    List<Commit> batch = new ArrayList<>();
    for (ObjectId id : ids.subList(from, to)) {
      batch.add(commit(id, epoch, seq, StoreBed.put("state", "x".repeat(100))));
    }
    return lane.commit(batch)
        .compose(
            results -> {
              assertThat(results).allMatch(CommitResult.Committed.class::isInstance);
              return commitFrom(lane, ids, to, epoch, seq);
            });
  }

  private static void measure(StoreBed bed, String what, Runnable work) {
    long database = databaseMicros(bed);
    long own = ownMicros();
    long start = System.nanoTime();
    work.run();
    long micros = (System.nanoTime() - start) / 1_000;
    log.info(
        "{}: {} per second; processor time of each: {} us in the database, {} us here",
        what,
        OBJECTS * 1_000_000L / micros,
        (databaseMicros(bed) - database) / OBJECTS,
        (ownMicros() - own) / OBJECTS);
    assertThat(micros / OBJECTS).isLessThan(5_000);
  }

  private static long ownMicros() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(spent -> spent.toNanos() / 1_000)
        .orElse(0L);
  }

  /** Of all of the server's processes that sessions can see; 0 where there is no /proc. */
  private static long databaseMicros(StoreBed bed) {
    long ticks = 0;
    try (Connection session = bed.session();
        Statement statement = session.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")) {
      while (rows.next()) {
        Path stat = Path.of("/proc", String.valueOf(rows.getInt(1)), "stat");
        if (Files.exists(stat)) {
          String text = Files.readString(stat);
          String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    } catch (SQLException | IOException e) {
      return 0;
    }
    return ticks * MICROS_PER_TICK;
  }
}
