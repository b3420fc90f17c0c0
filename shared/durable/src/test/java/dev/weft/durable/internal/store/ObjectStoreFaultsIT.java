package dev.weft.durable.internal.store;

import static dev.weft.durable.internal.store.StoreBed.commit;
import static dev.weft.durable.internal.store.StoreBed.commitOne;
import static dev.weft.durable.internal.store.StoreBed.get;
import static dev.weft.durable.internal.store.StoreBed.id;
import static dev.weft.durable.internal.store.StoreBed.lock;
import static dev.weft.durable.internal.store.StoreBed.put;
import static dev.weft.durable.internal.store.StoreBed.release;
import static dev.weft.durable.internal.store.StoreBed.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the store promises when nodes die, wait and race. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectStoreFaultsIT {
  private static final Duration NO_GRACE = Duration.ZERO;

  private final StoreBed bed = new StoreBed();
  private final ObjectStore store = bed.store;
  private final String me = bed.node("me");
  private final Lane mine = bed.lane(me);

  @AfterAll
  void close() {
    bed.close();
  }

  @Test
  void aLateCommitOfAnOldOwnerWritesNothing() {
    ObjectId id = id(null);
    String old = bed.node("old");
    Lane lane = bed.lane(old);
    bed.claim(old, id);
    assertThat(commitOne(lane, commit(id, 1, 0, put("a", "1"))))
        .isInstanceOf(CommitResult.Committed.class);
    get(store.bury(old));
    ClaimResult.Claimed claimed = bed.claim(me, id);
    assertThat(claimed.epoch()).isEqualTo(2);
    assertThat(text(claimed.entries())).isEqualTo(Map.of("a", "1"));
    assertThat(commitOne(lane, commit(id, 1, 1, put("a", "late"))))
        .isInstanceOf(CommitResult.Fenced.class);
    assertThat(bed.stored(id)).isEqualTo(Map.of("a", "1"));
    get(lane.close());
  }

  @Test
  void aCommitThatWaitsWhileItsObjectIsTakenWritesNothing() throws SQLException {
    ObjectId id = id(null);
    String old = bed.node("old");
    Lane lane = bed.lane(old);
    bed.claim(old, id);
    Future<List<CommitResult>> late;
    try (Connection session = bed.session()) {
      // The claim goes first to the lock, the late commit waits behind it with an old snapshot.
      lock(session, id);
      late = lane.commit(List.of(commit(id, 1, 0, put("a", "late"))));
      StoreBed.until(() -> bed.waiting(old) == 1);
      try (Statement statement = session.createStatement()) {
        statement.execute(
            "UPDATE do_object SET owner = '"
                + me
                + "', epoch = epoch + 1 WHERE id = "
                + StoreBed.literal(id));
      }
      session.commit();
    }
    assertThat(get(late).getFirst()).isInstanceOf(CommitResult.Fenced.class);
    assertThat(bed.stored(id)).isEmpty();
    get(lane.close());
  }

  @Test
  void aClaimThatWaitedForACommitReadsWhatItCommitted() throws SQLException {
    ObjectId id = id(null);
    String old = bed.node("old");
    Lane lane = bed.lane(old);
    bed.claim(old, id);
    commitOne(lane, commit(id, 1, 0, put("a", "1")));
    Future<List<ClaimResult>> claim;
    Future<List<CommitResult>> last;
    try (Connection session = bed.session()) {
      lock(session, id);
      last = lane.commit(List.of(commit(id, 1, 1, release("a", "2", "b", "3"))));
      StoreBed.until(() -> bed.waiting(old) == 1);
      claim = store.claim(me, List.of(new Claim(id, true, 1)));
      StoreBed.until(() -> bed.waiting(me) == 1);
      session.commit();
    }
    assertThat(get(last).getFirst()).isInstanceOf(CommitResult.Committed.class);
    ClaimResult result = get(claim).getFirst();
    assertThat(result)
        .isInstanceOfSatisfying(
            ClaimResult.Claimed.class,
            claimed -> {
              assertThat(claimed.epoch()).isEqualTo(2);
              assertThat(claimed.seq()).isEqualTo(2);
              assertThat(text(claimed.entries())).isEqualTo(Map.of("a", "2", "b", "3"));
            });
    get(lane.close());
  }

  @Test
  void whatAFullDiskHasNoRoomForIsRefusedAtOnceAndHealthKnows() throws SQLException {
    ObjectId id = id(null);
    ObjectId resting = id("full", null);
    bed.claim(me, id);
    CommitResult refused;
    String claimed;
    boolean room;
    try (Connection session = bed.session();
        Statement statement = session.createStatement()) {
      statement.execute(
          """
          CREATE FUNCTION full_row() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '53100'; END $$;
          CREATE FUNCTION full_disk() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '53100'; END $$;
          CREATE TRIGGER full_disk BEFORE INSERT ON do_kv FOR EACH ROW
            WHEN (NEW.key = 'full'::bytea) EXECUTE FUNCTION full_row();
          CREATE TRIGGER full_disk BEFORE INSERT ON do_object FOR EACH ROW
            WHEN (NEW.namespace = 'full') EXECUTE FUNCTION full_row();
          CREATE EVENT TRIGGER full_disk ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS')
            EXECUTE FUNCTION full_disk()
          """);
      refused = soon(mine.commit(List.of(commit(id, 1, 0, put("full", "1"))))).getFirst();
      claimed = codeOf(store.claim(me, List.of(new Claim(resting, true, 1))));
      room = get(bed.database.hasRoom("objects"));
      statement.execute("DROP EVENT TRIGGER full_disk; DROP FUNCTION full_row CASCADE");
    }
    assertThat(refused)
        .isInstanceOfSatisfying(
            CommitResult.Refused.class,
            full -> {
              assertThat(full.error().code()).isEqualTo(ObjectErrors.STORAGE_FULL);
              assertThat(full.error().retryable()).isTrue();
              assertThat(full.error().outcome()).isEqualTo(Outcome.NOT_EXECUTED);
              assertThat(full.error().details()).containsKey(WeftError.RETRY_AFTER_MILLIS);
            });
    assertThat(claimed).isEqualTo(ObjectErrors.STORAGE_FULL);
    assertThat(room).isFalse();
    assertThat(get(bed.database.hasRoom("objects"))).isTrue();
    assertThat(commitOne(mine, commit(id, 1, 0, put("full", "1"))))
        .isInstanceOf(CommitResult.Committed.class);
  }

  private static <T> T soon(Future<T> future) {
    return future.timeout(2, TimeUnit.SECONDS).await();
  }

  private static String codeOf(Future<?> failing) {
    return soon(
        failing.transform(
            done ->
                Future.succeededFuture(WeftException.from("test", done.cause()).error().code())));
  }

  @Test
  void aRenewalThatIsUnderWayIsNotOvertakenByABurial() throws SQLException {
    String node = bed.node("late", Duration.ofMillis(1));
    try (Connection session = bed.session()) {
      session.setAutoCommit(false);
      try (Statement statement = session.createStatement()) {
        statement.execute(
            "UPDATE do_node SET expires_at = clock_timestamp() + interval '1 minute'"
                + " WHERE incarnation = '"
                + node
                + "'");
      }
      assertThat(get(store.buryExpired(NO_GRACE))).doesNotContain(node);
      session.commit();
    }
    assertThat(get(store.buryExpired(NO_GRACE))).doesNotContain(node);
    assertThat(get(store.renew(node, StoreBed.TTL))).isTrue();
  }

  @Test
  void burialsAndRenewalsThatRaceAgree() {
    for (int i = 0; i < 50; i++) {
      String node = bed.node("racer", Duration.ofNanos(1_000));
      Future<Boolean> renewed;
      Future<List<String>> buried;
      ObjectStore second = bed.open();
      if (i % 2 == 0) {
        renewed = store.renew(node, StoreBed.TTL);
        buried = second.buryExpired(NO_GRACE);
      } else {
        buried = second.buryExpired(NO_GRACE);
        renewed = store.renew(node, StoreBed.TTL);
      }
      assertThat(get(renewed)).isNotEqualTo(get(buried).contains(node));
      get(second.close());
    }
  }

  @Test
  void burialIsFinal() {
    // Whoever buries must itself be alive, however long the tests before took.
    assertThat(get(store.renew(me, StoreBed.TTL))).isTrue();
    String node = bed.node("dead", Duration.ofMillis(1));
    ObjectId id = id(null);
    bed.claim(node, id);
    assertThat(get(store.buryExpired(Duration.ofDays(1)))).isEmpty();
    StoreBed.until(
        () ->
            bed.tryClaim(me, id) instanceof ClaimResult.Owned owned
                && owned.state() == OwnerState.EXPIRED
                && owned.nodeId().equals("dead"));
    assertThat(get(store.buryExpired(NO_GRACE))).contains(node);
    assertThat(get(store.renew(node, StoreBed.TTL))).isFalse();
    assertThat(get(store.buryExpired(NO_GRACE))).doesNotContain(node);
    assertThat(bed.tryClaim(node, id(null))).isEqualTo(new ClaimResult.NodeDead());
    assertThat(bed.claim(me, id).epoch()).isEqualTo(2);
  }

  @Test
  void aBurialEndsTheSessionsOfTheDead() throws SQLException {
    ObjectId id = id(null);
    String old = bed.node("stuck");
    AtomicBoolean alive = new AtomicBoolean(true);
    Lane lane = store.openLane(old, alive::get);
    bed.claim(old, id);
    try (Connection session = bed.session()) {
      lock(session, id);
      Future<List<CommitResult>> stuck = lane.commit(List.of(commit(id, 1, 0, put("a", "1"))));
      StoreBed.until(() -> bed.waiting(old) == 1);
      alive.set(false);
      get(store.bury(old));
      StoreBed.until(() -> bed.waiting(old) == 0);
      assertThat(get(stuck).getFirst()).isInstanceOf(CommitResult.Unknown.class);
      session.rollback();
    }
    assertThat(bed.stored(id)).isEmpty();
    get(lane.close());
  }

  @Test
  void aConnectionKilledWhileItsCommitWaitsHasOneEffect() throws SQLException {
    ObjectId id = id(null);
    bed.claim(me, id);
    Future<List<CommitResult>> answer;
    try (Connection session = bed.session()) {
      lock(session, id);
      answer = mine.commit(List.of(commit(id, 1, 0, put("a", "1"))));
      StoreBed.until(() -> bed.waiting(me) == 1);
      kill(me);
      session.rollback();
    }
    assertThat(get(answer).getFirst()).isInstanceOf(CommitResult.Committed.class);
    assertThat(bed.stored(id)).isEqualTo(Map.of("a", "1"));
    assertThat(get(store.find(id))).hasValueSatisfying(row -> assertThat(row.seq()).isEqualTo(1));
  }

  @Test
  void aConnectionKilledAgainAndAgainLosesAndRepeatsNothing() {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add(id(null));
    }
    ids.forEach(id -> bed.claim(me, id));
    AtomicBoolean over = new AtomicBoolean();
    Thread killer =
        Thread.startVirtualThread(
            () -> {
              while (!over.get()) {
                kill(me);
                try {
                  Thread.sleep(15);
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    int rounds = 60;
    for (int seq = 0; seq < rounds; seq++) {
      List<Commit> batch = new ArrayList<>();
      for (ObjectId id : ids) {
        batch.add(commit(id, 1, seq, put("n", String.valueOf(seq), "k" + seq, "x")));
      }
      assertThat(get(mine.commit(batch))).allMatch(CommitResult.Committed.class::isInstance);
    }
    over.set(true);
    while (killer.isAlive()) {
      Thread.onSpinWait();
    }
    for (ObjectId id : ids) {
      assertThat(bed.stored(id)).hasSize(rounds + 1).containsEntry("n", String.valueOf(rounds - 1));
      assertThat(get(store.find(id)))
          .hasValueSatisfying(row -> assertThat(row.seq()).isEqualTo(rounds));
    }
  }

  private void kill(String incarnation) {
    bed.count(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name ="
            + " 'weft-objects "
            + incarnation
            + "'");
  }

  @Test
  void aCommitWhoseAnswerWasLostIsRecognized() {
    ObjectId id = id(null);
    bed.claim(me, id);
    Commit commit = commit(id, 1, 0, put("a", "1"));
    assertThat(commitOne(mine, commit)).isInstanceOf(CommitResult.Committed.class);
    // What a second sending of the same commit meets.
    assertThat(commitOne(mine, commit)).isInstanceOf(CommitResult.Committed.class);
    assertThat(get(store.find(id))).hasValueSatisfying(row -> assertThat(row.seq()).isEqualTo(1));
  }

  @Test
  void anOpenCommitIsUnknownWhenTheLeaseIsOver() throws SQLException {
    ObjectId id = id(null);
    bed.claim(me, id);
    AtomicBoolean alive = new AtomicBoolean(true);
    Lane lane = store.openLane(me, alive::get);
    try (Connection session = bed.session()) {
      lock(session, id);
      Future<List<CommitResult>> open = lane.commit(List.of(commit(id, 1, 0, put("a", "1"))));
      StoreBed.until(() -> bed.waiting(me) == 1);
      alive.set(false);
      assertThat(get(open).getFirst()).isInstanceOf(CommitResult.Unknown.class);
      session.rollback();
    }
    assertThat(commitOne(lane, commit(id, 1, 0, put("a", "1"))))
        .isInstanceOf(CommitResult.Unknown.class);
    get(lane.close());
  }

  @Test
  void lanesWithTheSameObjectsDoNotBlockEachOtherForGood() {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(id(null));
    }
    ids.forEach(id -> bed.claim(me, id));
    Lane second = bed.lane(me);
    for (int seq = 0; seq < 20; seq++) {
      List<Commit> one = new ArrayList<>();
      List<Commit> two = new ArrayList<>();
      for (ObjectId id : ids) {
        one.add(commit(id, 1, seq, put("a", "one")));
        two.add(commit(id, 1, seq, put("a", "two")));
      }
      Collections.reverse(two);
      Future<List<CommitResult>> first = mine.commit(one);
      Future<List<CommitResult>> other = second.commit(two);
      assertThat(get(first)).allMatch(CommitResult.Committed.class::isInstance);
      assertThat(get(other)).allMatch(CommitResult.Committed.class::isInstance);
    }
    get(second.close());
  }

  @Test
  void nodesThatPollAtOnceTakeEachAlarmOnce() {
    String namespace = "polled";
    List<Commit> batch = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ObjectId id = id(namespace, null);
      bed.claim(me, id);
      batch.add(
          commit(id, 1, 0, StoreBed.alarms(Map.of("a", new WriteSet.AlarmRow(1_000 + i, 0, 0)))));
    }
    assertThat(get(mine.commit(batch))).allMatch(CommitResult.Committed.class::isInstance);
    Set<ObjectId> taken = new HashSet<>();
    int rounds = 0;
    while (taken.size() < batch.size() && rounds++ < 100) {
      List<Future<List<ObjectStore.DueAlarm>>> polls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        polls.add(store.takeDue(List.of(namespace), Duration.ofMinutes(1), 20));
      }
      for (Future<List<ObjectStore.DueAlarm>> poll : polls) {
        for (ObjectStore.DueAlarm due : get(poll)) {
          assertThat(taken.add(due.id())).isTrue();
        }
      }
    }
    assertThat(taken).hasSize(batch.size());
  }
}
