package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Projected;
import dev.weft.durable.Projection;
import dev.weft.durable.Projector;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that apply records are killed in the middle of it. */
class ProjectorKillIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int KILLS = 4;
  private static final int ACCOUNTS = 10;

  interface Purse {
    void spend(long amount);
  }

  record Spent(long amount) {}

  static final Namespace<Purse> PURSES = Namespace.of("purse", Purse.class).asOpen();
  static final Projection<Spent> SPENDING = Projection.of("spending", PURSES, Spent.class);

  record PurseObject(ObjectContext context) implements Purse, Projected {
    @Override
    public void spend(long amount) {
      context.storage().put("sum", context.storage().get("sum", Long.class, 0L) + amount);
      context.outbox(SPENDING).add(new Spent(amount));
    }

    @Override
    public void project(String projection) {
      context.outbox(SPENDING).add(new Spent(context.storage().get("sum", Long.class, 0L)));
    }
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(PURSES, PurseObject::new));

  private final Map<String, Long> expected = new ConcurrentHashMap<>();

  @Test
  void whatKilledProcessesHadBegunIsAppliedOnceByOthers() throws Exception {
    try (SpendingTables tables = new SpendingTables(objects.database())) {
      TestDatabases.execute(objects.database(), "CREATE TABLE shop.worked (batches bigint)");
      TestDatabases.execute(objects.database(), "INSERT INTO shop.worked VALUES (0)");
      // This node takes part: what a killed one leaves is applied at once.
      objects
          .objects()
          .project(
              Projector.of(
                  SPENDING,
                  tables.pool,
                  (connection, batch) -> tables.apply(connection, batch, Spent::amount),
                  "spending"))
          .await();
      Eventually.holds(PATIENCE, () -> !building());
      for (int i = 0; i < KILLS; i++) {
        long before = worked();
        Process process = ProjectorProcess.start(objects.database());
        try {
          int most = ThreadLocalRandom.current().nextInt(1, 6);
          Eventually.holds(
              PATIENCE,
              () -> {
                spend();
                return worked() >= before + most;
              });
        } finally {
          process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        spend();
      }
      Eventually.holds(
          PATIENCE,
          () -> objects.objects().inspector().projections().await().getFirst().waiting() == 0);
      assertThat(tables.totals()).isEqualTo(expected);
    }
  }

  private static boolean building() {
    return objects.objects().inspector().projections().await().getFirst().building();
  }

  private static long worked() {
    return TestDatabases.count(objects.database(), "SELECT batches FROM shop.worked");
  }

  private void spend() {
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      String name = "purse " + i;
      long amount = 1 + i;
      expected.merge(objects.id(PURSES, name).hex(), amount, Long::sum);
      calls.add(objects.stub(PURSES, name).run(purse -> purse.spend(amount)));
    }
    Future.all(calls).await();
  }
}
