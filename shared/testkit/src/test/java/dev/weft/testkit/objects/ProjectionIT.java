package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectInspector.HeldObject;
import dev.weft.durable.ObjectInspector.ProjectionStatus;
import dev.weft.durable.Projected;
import dev.weft.durable.Projection;
import dev.weft.durable.Projector;
import dev.weft.durable.Projector.Batch;
import dev.weft.durable.Projector.Change;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.call.ObjectEndpoints.Tell;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records of objects on two nodes, applied to tables by whichever of them is at it. */
class ProjectionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  interface Account {
    void spend(long amount);

    void spendAndThrow(long amount);
  }

  static final Namespace<Account> ACCOUNTS = Namespace.of("account", Account.class).asOpen();

  /**
   * What was spent.
   *
   * @param nth grows with each of an object; 0 in what sums up
   */
  record Spent(long amount, long nth) {}

  static final Projection<Spent> SPENDING = Projection.of("spending", ACCOUNTS, Spent.class);

  record AccountObject(ObjectContext context) implements Account, Projected {
    @Override
    public void spend(long amount) {
      long nth = context.storage().get("nth", Long.class, 0L) + 1;
      context.storage().put("nth", nth);
      context.storage().put("sum", context.storage().get("sum", Long.class, 0L) + amount);
      context.outbox(SPENDING).add(new Spent(amount, nth));
    }

    @Override
    public void spendAndThrow(long amount) {
      context
          .storage()
          .transaction(
              () -> {
                spend(amount);
                throw new IllegalStateException("not after all");
              });
    }

    @Override
    public void project(String projection) {
      if (context.id().name().filter(MUTE::contains).isPresent()) {
        throw new IllegalStateException("mute");
      }
      long sum = context.storage().get("sum", Long.class, 0L);
      // In two records, so that half of them would show.
      context.outbox(SPENDING).add(new Spent(sum / 2, 0));
      context.outbox(SPENDING).add(new Spent(sum - sum / 2, 0));
    }
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(ACCOUNTS, AccountObject::new)).onNodes(2);

  /** Names of accounts whose records the handler refuses. */
  static final Set<String> POISONED = ConcurrentHashMap.newKeySet();

  /** Names of accounts that do not tell what they have. */
  static final Set<String> MUTE = ConcurrentHashMap.newKeySet();

  /** One in so many batches fails, at a point of its own choosing; 0 for none. */
  static final AtomicInteger FAULTS = new AtomicInteger();

  static final Map<ObjectId, Long> EXPECTED = new ConcurrentHashMap<>();
  static SpendingTables tables;

  @BeforeAll
  static void start() {
    tables = new SpendingTables(objects.database());
    for (int node : List.of(0, 1)) {
      objects.objects(node).project(projector(1)).await();
    }
    Eventually.holds(PATIENCE, () -> !status().building());
  }

  @AfterAll
  static void stop() {
    tables.close();
  }

  private static Projector<Spent> projector(int version) {
    return Projector.of(SPENDING, tables.pool, ProjectionIT::apply, "spending")
        .withVersion(version);
  }

  /** Not idempotent, so that what is applied twice shows. */
  private static void apply(SqlConnection connection, Batch<Spent> batch) {
    for (Change<Spent> change : batch.changes()) {
      if (change.object().name().filter(POISONED::contains).isPresent()) {
        throw new IllegalStateException("poisoned");
      }
    }
    fault(connection);
    tables.apply(connection, batch, Spent::amount);
    fault(connection);
  }

  private static void fault(SqlConnection connection) {
    int faults = FAULTS.get();
    if (faults > 0 && ThreadLocalRandom.current().nextInt(faults) == 0) {
      if (ThreadLocalRandom.current().nextBoolean()) {
        connection.query("SELECT pg_terminate_backend(pg_backend_pid())").execute().await();
      }
      throw new IllegalStateException("a fault");
    }
  }

  private static ProjectionStatus status() {
    return objects.objects().inspector().projections().await().getFirst();
  }

  private static Future<?> spend(String name, long amount) {
    Stub<Account> stub =
        objects.objects(ThreadLocalRandom.current().nextInt(2)).stub(ACCOUNTS, name);
    EXPECTED.merge(objects.id(ACCOUNTS, name), amount, Long::sum);
    return stub.run(account -> account.spend(amount));
  }

  /** Many calls at once. */
  private static void load(String prefix, int accounts, int rounds) {
    for (int round = 0; round < rounds; round++) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < accounts; i++) {
        calls.add(spend(prefix + i, 1 + (i + round) % 7));
      }
      Future.all(calls).await();
    }
  }

  private static void everyTableIsExact() {
    Eventually.holds(PATIENCE, () -> status().waiting() == 0 && !status().building());
    Map<String, Long> totals = tables.totals();
    Map<String, String> wrong = new HashMap<>();
    EXPECTED.forEach(
        (id, total) -> {
          Long applied = totals.remove(id.hex());
          if (!total.equals(applied)) {
            wrong.put(id.toString(), applied + " instead of " + total);
          }
        });
    totals.forEach((id, total) -> wrong.put(id, total + " instead of none"));
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyRecordIsAppliedOnceAlsoWhereTheHandlerFailsAndConnectionsAreLost() {
    FAULTS.set(4);
    load("faulty ", 20, 20);
    Eventually.holds(PATIENCE, () -> status().held().isEmpty() && status().waiting() == 0);
    FAULTS.set(0);
    everyTableIsExact();
  }

  @Test
  void recordsOfAnObjectComeInTheOrderOfItsTurns() {
    tables.clearLog();
    load("ordered ", 8, 30);
    everyTableIsExact();
    for (int i = 0; i < 8; i++) {
      ObjectId id = objects.id(ACCOUNTS, "ordered " + i);
      assertThat(tables.log(id)).hasSize(30).isSorted();
    }
  }

  @Test
  void whatATransactionTakesBackIsNotApplied() {
    spend("undone", 5).await();
    assertThat(
            objects
                .stub(ACCOUNTS, "undone")
                .run(account -> account.spendAndThrow(7))
                .transform(answer -> Future.succeededFuture(answer.failed()))
                .await())
        .isTrue();
    spend("undone", 1).await();
    everyTableIsExact();
  }

  @Test
  void aPoisonedRecordKeepsTheLaterOnesOfItsObjectAndNoOthers() {
    POISONED.add("poisoned 0");
    load("poisoned ", 5, 4);
    ObjectId poisoned = objects.id(ACCOUNTS, "poisoned 0");
    Eventually.holds(
        PATIENCE, () -> status().held().stream().anyMatch(held -> held.failures() > 1));
    Eventually.holds(
        PATIENCE,
        () ->
            List.of(1, 2, 3, 4).stream()
                .map(i -> objects.id(ACCOUNTS, "poisoned " + i))
                .allMatch(id -> Objects.equals(EXPECTED.get(id), tables.totals().get(id.hex()))));
    assertThat(tables.totals()).doesNotContainKey(poisoned.hex());
    HeldObject held = status().held().getFirst();
    assertThat(held.name()).isEqualTo("poisoned 0");
    assertThat(held.error()).contains("poisoned");
    POISONED.clear();
    everyTableIsExact();
    assertThat(status().held()).isEmpty();
    assertThat(tables.log(poisoned)).hasSize(4).isSorted();
  }

  @Test
  void aDeletedObjectGoesFromTheTables() {
    spend("deleted", 3).await();
    everyTableIsExact();
    ObjectId id = objects.id(ACCOUNTS, "deleted");
    assertThat(objects.objects().inspector().delete(id).await()).isTrue();
    EXPECTED.remove(id);
    everyTableIsExact();
    spend("deleted", 4).await();
    everyTableIsExact();
  }

  @Test
  void tablesAreBuiltAnewUnderLoadWithoutLossOrDoublingWhileReadersSeeTheOldOnes()
      throws Exception {
    load("rebuilt ", 30, 3);
    everyTableIsExact();
    long before = tables.sum();
    AtomicLong rounds = new AtomicLong();
    AtomicBoolean enough = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!enough.get()) {
                    load("rebuilt ", 30, 1);
                    load("made meanwhile " + rounds.incrementAndGet() + " ", 3, 1);
                  }
                });
    Eventually.holds(PATIENCE, () -> rounds.get() > 1);
    assertThat(objects.objects().inspector().rebuild("spending").await()).isTrue();
    Eventually.holds(PATIENCE, () -> status().building());
    AtomicLong least = new AtomicLong(Long.MAX_VALUE);
    Eventually.holds(
        PATIENCE,
        () -> {
          least.accumulateAndGet(tables.sum(), Math::min);
          return !status().building();
        });
    long during = rounds.get();
    Eventually.holds(PATIENCE, () -> rounds.get() > during);
    enough.set(true);
    writer.join();
    // Sums only grow: a reader that had seen half a table would have seen less.
    assertThat(least.get()).isGreaterThanOrEqualTo(before);
    everyTableIsExact();
  }

  @Test
  void anObjectThatTellsTwiceCountsOnceAndOneThatFailsToIsAskedAgain() {
    load("telling ", 3, 2);
    everyTableIsExact();
    MUTE.add("telling 2");
    assertThat(objects.objects().inspector().rebuild("spending").await()).isTrue();
    ObjectId told = objects.id(ACCOUNTS, "telling 0");
    Eventually.holds(
        PATIENCE,
        () ->
            number(
                    "SELECT count(*) FROM objects.do_projected WHERE snapshot > 0 AND object_id ="
                        + " decode('"
                        + told.hex()
                        + "', 'hex')")
                > 0);
    int stream = (int) number("SELECT stream FROM objects.do_projection WHERE state = 'BUILDING'");
    tellAgain(told, stream);
    spend("telling 0", 5).await();
    tellAgain(told, stream);
    assertThat(status().building()).isTrue();
    MUTE.clear();
    everyTableIsExact();
  }

  private static long number(String sql) {
    return TestDatabases.count(objects.database(), sql);
  }

  /** As an object that is asked a second time does. */
  private static void tellAgain(ObjectId id, int stream) {
    long snapshot = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    Tell tell = new Tell(id.hex(), "spending", stream, snapshot);
    assertThat(
            List.of(0, 1).stream()
                .map(objects::host)
                .anyMatch(
                    host ->
                        host.tell(id, tell)
                            .transform(told -> Future.succeededFuture(told.succeeded()))
                            .await()))
        .isTrue();
  }

  @Test
  void aNewVersionIsBuiltFromTheObjects() {
    load("versions ", 10, 2);
    everyTableIsExact();
    tables.spoil();
    int version = status().version() + 1;
    objects.objects(1).project(projector(version)).await();
    load("versions ", 10, 2);
    Eventually.holds(PATIENCE, () -> status().version() == version);
    everyTableIsExact();
  }

  @Test
  void aRecordIsReadThoughItWasWrittenByAnotherVersion() {
    spend("versions of records", 2).await();
    everyTableIsExact();
    Tuple parameters = Tuple.of(objects.id(ACCOUNTS, "versions of records").hex());
    tables
        .pool
        .preparedQuery(
            "INSERT INTO objects.do_outbox (stream, kind, snapshot, object_id, record, created_at)"
                + " SELECT stream, 0, 0, decode($1, 'hex'),"
                + " convert_to('{\"amount\":3,\"nth\":9,\"new\":true}', 'UTF8'), now()"
                + " FROM objects.do_projection WHERE state = 'LIVE'")
        .execute(parameters)
        .await();
    ObjectId id = objects.id(ACCOUNTS, "versions of records");
    EXPECTED.merge(id, 3L, Long::sum);
    everyTableIsExact();
    // The object itself knows nothing of it.
    assertThat(objects.objects().inspector().delete(id).await()).isTrue();
    EXPECTED.remove(id);
    everyTableIsExact();
  }
}
