package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Feed;
import dev.weft.durable.ListOptions;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.Topic;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestIdentities;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that stops while its own threads go on calling, without request ids. */
@Timeout(120)
class LeavingCallersIT {
  private static final int OBJECTS = 8;

  interface Tally {
    /** How often that was said, this time included. */
    long say(String what);

    Map<String, Long> said();

    Feed<String> watch();
  }

  static final Namespace<Tally> TALLIES = Namespace.of("leavingTally", Tally.class).asOpen();

  static final class TallyObject implements Tally {
    private final ObjectContext context;
    private final Topic<String> topic;

    TallyObject(ObjectContext context) {
      this.context = context;
      this.topic = context.topic(String.class);
    }

    @Override
    public long say(String what) {
      long times = context.storage().get(what, Long.class, 0L) + 1;
      context.storage().put(what, times);
      return times;
    }

    @Override
    public Map<String, Long> said() {
      return context.storage().list(ListOptions.all(), Long.class);
    }

    @Override
    public Feed<String> watch() {
      return topic;
    }
  }

  /** A call and what its thread was told of it; no error for one that was answered. */
  private record Told(String what, Outcome outcome) {}

  @Test
  void eachCallIsDoneOnceOrItsCallerIsToldThatItIsNot() throws InterruptedException {
    DatabaseUrl database = TestDatabases.create();
    Ports ports = new Ports(3);
    TestHost one = host(database, ports);
    TestHost two = host(database, ports);
    TestHost leaving = host(database, ports);
    Queue<Told> told = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        String me = "thread" + i + "-";
        threads.add(Thread.ofPlatform().start(() -> call(leaving.objects, me, told)));
      }
      Eventually.holds(Duration.ofSeconds(20), () -> told.size() > 500);
      leaving.stop();
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(10))).as(thread.getName()).isTrue();
      }
      judge(two.objects, told);
    } finally {
      two.stop();
      one.stop();
      TestDatabases.drop(database);
    }
  }

  /** Calls until it is told that this node makes no more calls; then a watcher is told the same. */
  private static void call(DurableObjects objects, String me, Queue<Told> told) {
    for (int number = 0; ; number++) {
      String what = me + number;
      try {
        long ignored = objects.get(TALLIES, "t" + number % OBJECTS).say(what);
        told.add(new Told(what, Outcome.EXECUTED));
      } catch (WeftException e) {
        WeftError error = e.error();
        told.add(new Told(what, error.outcome()));
        if (error.code().equals("object:node.unavailable")
            && error.outcome() == Outcome.NOT_EXECUTED) {
          return;
        }
      }
    }
  }

  private static void judge(DurableObjects objects, Queue<Told> told) {
    Map<String, Long> said = new HashMap<>();
    for (int i = 0; i < OBJECTS; i++) {
      said.putAll(objects.get(TALLIES, "t" + i).said());
    }
    assertThat(said).allSatisfy((what, times) -> assertThat(times).as(what).isEqualTo(1));
    for (Told each : told) {
      switch (each.outcome) {
        case EXECUTED -> assertThat(said).containsKey(each.what);
        case NOT_EXECUTED -> assertThat(said).doesNotContainKey(each.what);
        case UNKNOWN -> {}
      }
    }
  }

  @Test
  void aCallOrWatchOfANodeThatHasStoppedFailsAtOnce() {
    DatabaseUrl database = TestDatabases.create();
    Ports ports = new Ports(2);
    TestHost one = host(database, ports);
    TestHost gone = host(database, ports);
    try {
      gone.mesh.close().await();
      Promise<Void> watched = Promise.promise();
      gone.vertx.runOnContext(
          _ ->
              gone.objects
                  .stub(TALLIES, "t")
                  .withTimeout(Duration.ofMinutes(10))
                  .object()
                  .watch()
                  .open()
                  .exceptionHandler(watched::tryFail));
      assertThat(codeOf(watched.future())).isEqualTo("object:node.unavailable");
      Future<Long> late =
          gone.objects
              .stub(TALLIES, "t")
              .withTimeout(Duration.ofMinutes(10))
              .call(tally -> tally.say("late"));
      assertThat(codeOf(late)).isEqualTo("object:node.unavailable");
    } finally {
      gone.stop();
      one.stop();
      TestDatabases.drop(database);
    }
  }

  private static String codeOf(Future<?> call) {
    try {
      return "answered " + call.timeout(20, TimeUnit.SECONDS).await();
    } catch (WeftException e) {
      return e.error().code();
    }
  }

  private static TestHost host(DatabaseUrl database, Ports ports) {
    return TestHost.start(
        database,
        ObjectsOptions.of("a test's".getBytes(StandardCharsets.UTF_8)),
        () -> 0,
        new TestIdentities(),
        ports.next(),
        List.of(ObjectClass.of(TALLIES, TallyObject::new)));
  }
}
