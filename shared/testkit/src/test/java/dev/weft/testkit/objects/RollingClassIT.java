package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.Stub;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestIdentities;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes with two versions of a class side by side, as in every rolling upgrade. */
@Timeout(120)
class RollingClassIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int OBJECTS = 40;

  interface Counter {
    /** The version of the class that counted. */
    int add();

    int value();
  }

  static final Namespace<Counter> COUNTERS = Namespace.of("rollingCounter", Counter.class).asOpen();

  private record CounterObject(ObjectContext context, int version) implements Counter {
    @Override
    public int add() {
      context.storage().put("value", value() + 1);
      return version;
    }

    @Override
    public int value() {
      return context.storage().get("value", Integer.class, 0);
    }
  }

  private static ObjectClass<Counter> version(int version) {
    ObjectClass<Counter> first =
        ObjectClass.of(COUNTERS, context -> new CounterObject(context, version));
    return version == 1 ? first : first.withMigration(storage -> storage.put("migrated", true));
  }

  @Test
  void anObjectWhoseStateIsNewGoesToANodeThatKnowsTheVersion() {
    DatabaseUrl database = TestDatabases.create();
    Ports ports = new Ports(2);
    TestHost old = host(database, ports, version(1));
    TestHost young = host(database, ports, version(2));
    try {
      Eventually.holds(PATIENCE, () -> old.mesh.directory().serving("objects").size() == 2);
      for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < OBJECTS; i++) {
          call(old, i);
          call(young, i);
        }
        rest(old, young);
      }
      for (int i = 0; i < OBJECTS; i++) {
        assertThat(stub(old, i).call(Counter::value).await()).isEqualTo(6);
      }
    } finally {
      young.stop();
      old.stop();
      TestDatabases.drop(database);
    }
  }

  private static void call(TestHost from, int number) {
    assertThat(stub(from, number).call(Counter::add).await()).isIn(1, 2);
  }

  private static Stub<Counter> stub(TestHost from, int number) {
    return from.objects.stub(COUNTERS, "c" + number).withTimeout(Duration.ofSeconds(10));
  }

  /** Drops all instances, so that each object is claimed anew. */
  private static void rest(TestHost... hosts) {
    for (TestHost host : hosts) {
      for (int i = 0; i < OBJECTS; i++) {
        boolean ignored =
            host.objects.inspector().evict(host.objects.idFromName(COUNTERS, "c" + i)).await();
      }
      Eventually.holds(PATIENCE, () -> host.host.active().isEmpty());
    }
  }

  private static TestHost host(DatabaseUrl database, Ports ports, ObjectClass<?> objectClass) {
    return TestHost.start(
        database,
        ObjectsOptions.of("a test's".getBytes(StandardCharsets.UTF_8)),
        () -> 0,
        new TestIdentities(),
        ports.next(),
        List.of(objectClass));
  }
}
