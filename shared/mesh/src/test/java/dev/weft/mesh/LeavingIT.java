package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A node whose own threads go on calling others while it leaves, and after. */
class LeavingIT extends MeshBed {
  private final TestCluster cluster = new TestCluster(3);
  private final ClusteredMesh server = cluster.start();
  private final ClusteredMesh leaving = cluster.start();
  private final Map<String, Integer> done = new ConcurrentHashMap<>();

  @Override
  void release() {
    cluster.close();
  }

  @Override
  Mesh caller() {
    return leaving.mesh();
  }

  @Override
  Vertx callerVertx() {
    return leaving.vertx();
  }

  @Override
  Mesh server() {
    return server.mesh();
  }

  @Override
  Vertx serverVertx() {
    return server.vertx();
  }

  private void serveCounting() {
    server()
        .serve(
            ECHO,
            (ask, _) -> {
              done.merge(ask.text(), 1, Integer::sum);
              return Future.succeededFuture(new Answer(""));
            });
    server()
        .serve(
            COUNT,
            (ask, _, out) -> {
              done.merge(ask.text(), 1, Integer::sum);
              out.write(new Item(1));
              out.end();
            });
    eventually(() -> caller().directory().serving("test").size() == 1);
  }

  /** What a thread was told of a call that failed. */
  private record Told(String id, WeftError error) {}

  @Test
  void nothingIsDoneThatItsCallerWasToldIsNotDone() throws InterruptedException {
    serveCounting();
    Queue<Told> told = new ConcurrentLinkedQueue<>();
    Queue<String> answered = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String me = "thread" + i + "-";
      boolean streams = i % 2 == 1;
      threads.add(Thread.ofPlatform().start(() -> callUntilRefused(me, streams, answered, told)));
    }
    eventually(() -> answered.size() > 200);
    leaving.mesh().close().await();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done).isNotEmpty().allSatisfy((_, times) -> assertThat(times).isOne());
    assertThat(told)
        .filteredOn(each -> each.error.outcome() == Outcome.NOT_EXECUTED)
        .hasSizeGreaterThanOrEqualTo(8)
        .noneMatch(each -> done.containsKey(each.id));
    assertThat(answered).allMatch(done::containsKey);
  }

  /** Until it is told that this node makes no more calls, as code does that repeats what failed. */
  private void callUntilRefused(
      String me, boolean streams, Queue<String> answered, Queue<Told> told) {
    for (int number = 0; ; number++) {
      String id = me + number;
      try {
        if (streams) {
          read(COUNT, new Ask(id), within(5_000)).done.future().await();
        } else {
          caller().call(ECHO, new Ask(id), within(5_000)).await();
        }
        answered.add(id);
      } catch (WeftException e) {
        told.add(new Told(id, e.error()));
        if (e.error().code().equals("mesh:stopping.unavailable")
            && e.error().outcome() == Outcome.NOT_EXECUTED) {
          return;
        }
      }
    }
  }

  @Test
  void aCallAfterTheGoodByeFailsAtOnceAndOneThatWaitsForAServiceWithIt() {
    Future<Answer> waiting = caller().call(STEADY, new Ask("nobody serves it"), within(60_000));
    ClusteredMesh patient = cluster.start(TestCluster.OPTIONS.withGrace(Duration.ofMinutes(1)));
    Future<Answer> held = patient.mesh().call(STEADY, new Ask("nobody"), within(60_000));
    patient.mesh().close().await();
    assertThat(failureOf(held).code()).isEqualTo("mesh:stopping.unavailable");
    assertThat(failureOf(waiting).code()).isEqualTo("mesh:unavailable");
    serveCounting();
    leaving.mesh().close().await();
    WeftError refused = failureOf(caller().call(ECHO, new Ask("late"), within(60_000)));
    assertThat(refused.code()).isEqualTo("mesh:stopping.unavailable");
    assertThat(refused.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    WeftError stream = failureOf(read(COUNT, new Ask("late"), within(60_000)).done.future());
    assertThat(stream.code()).isEqualTo("mesh:stopping.unavailable");
    assertThat(done).isEmpty();
  }

  @Test
  void aCallThatRunsWhenItsNodeLeavesMayHaveBeenDone() {
    Promise<Void> begun = Promise.promise();
    server()
        .serve(
            ECHO,
            (_, _) -> {
              begun.tryComplete();
              return Promise.<Answer>promise().future();
            });
    eventually(() -> caller().directory().serving("test").size() == 1);
    Future<Answer> call = caller().call(ECHO, new Ask(""), within(60_000));
    begun.future().await();
    leaving.mesh().close().await();
    assertThat(failureOf(call).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void callsWaitForTheSuccessorOfAServiceThatLeaves() {
    ClusteredMesh patient =
        cluster.start(TestCluster.OPTIONS.withSuccession(Duration.ofSeconds(20)));
    leaving.mesh().serve(STEADY, (_, _) -> Future.succeededFuture(new Answer("the first")));
    eventually(() -> !patient.mesh().directory().serving(STEADY).isEmpty());
    cluster.stop(leaving);
    Future<Answer> waiting = patient.mesh().call(STEADY, new Ask(""), within(60_000));
    // Longer than a call waits for a service that nobody has seen.
    patient.vertx().timer(1_500).await();
    assertThat(waiting.isComplete()).isFalse();
    server().serve(STEADY, (_, _) -> Future.succeededFuture(new Answer("the successor")));
    assertThat(waiting.await().text()).isEqualTo("the successor");
  }

  @Test
  void whatANodeSendsAfterItsGoodByeIsNotBegun() {
    serveCounting();
    send("ghost", "leaving", "", "");
    send("ghost", "call", "test.echo", "{\"text\":\"after the good-bye\"}");
    send("ghost", "open", "test.count", "{\"text\":\"after the good-bye\"}");
    // Not even when it says that it is there: that was sent before the good-bye, or means nothing.
    send("ghost", "beat", "", beat());
    send("ghost", "call", "test.echo", "{\"text\":\"after a beat\"}");
    send("another", "call", "test.echo", "{\"text\":\"of another\"}");
    eventually(() -> done.containsKey("of another"));
    assertThat(done).containsOnlyKeys("of another");
    assertThat(server().directory().nodes()).noneMatch(node -> node.name().equals("ghost"));
  }

  private static String beat() {
    return """
    {"node":"ghost-1","name":"ghost","version":"1","state":"READY","endpoints":["test.echo"],\
    "inFlight":0,"startedAt":"2026-01-31T12:00:00Z"}\
    """;
  }

  /** Messages of one connection arrive in their order. */
  private void send(String from, String kind, String endpoint, String body) {
    DeliveryOptions headers =
        new DeliveryOptions()
            .addHeader("k", kind)
            .addHeader("from", from)
            .addHeader("id", "1")
            .addHeader("ep", endpoint)
            .addHeader("req", "r")
            .addHeader("tp", CallContext.newTraceparent())
            .addHeader("ttl", "5000");
    String inbox = "node." + TestCluster.clusterId(serverVertx());
    callerVertx().eventBus().sender(inbox, headers).write(Buffer.buffer(body)).await();
  }
}
