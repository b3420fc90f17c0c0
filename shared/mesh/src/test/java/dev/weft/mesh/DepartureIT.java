package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the others notice when a node goes, in each way there is. */
class DepartureIT extends MeshBed {
  private final TestCluster cluster = new TestCluster(4);
  private ClusteredMesh node = cluster.start();

  @BeforeEach
  void isAlone() {
    assertThat(node.mesh().directory().nodes()).hasSize(1);
  }

  @Override
  void release() {
    cluster.close();
  }

  @Override
  Mesh caller() {
    return node.mesh();
  }

  @Override
  Vertx callerVertx() {
    return node.vertx();
  }

  @Override
  Mesh server() {
    return node.mesh();
  }

  @Override
  Vertx serverVertx() {
    return node.vertx();
  }

  private Duration untilFailed(Future<?> call, Runnable departure) {
    long start = System.nanoTime();
    departure.run();
    eventually(call::isComplete);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void aKilledNodeFailsItsCallsAndStreamsWithinTwoSeconds() throws IOException {
    Process peer = PeerMain.start(cluster);
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    Future<Answer> call = caller().call(ECHO, new Ask("hang"), within(30_000));
    eventually(() -> reading.count.get() > 10);
    Duration took = untilFailed(reading.done.future(), peer::destroyForcibly);
    WeftError failure = failureOf(call);
    Duration callTook = untilFailed(call, () -> {});
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:node.unavailable");
    assertThat(failure.code()).isEqualTo("mesh:node.unavailable");
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.retryable()).isTrue();
    assertThat(took.plus(callTook)).isLessThan(Duration.ofSeconds(2));
    assertThat(caller().directory().nodes()).hasSize(1);
    assertThat(caller().directory().missingSince("test")).isNotNull();
  }

  @Test
  void aStoppedProcessIsGivenUpWithinSixSecondsAndTakenBackWhenItGoesOn()
      throws IOException, InterruptedException {
    Process peer = PeerMain.start(cluster);
    try {
      Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
      eventually(() -> reading.count.get() > 10);
      Duration took = untilFailed(reading.done.future(), () -> signal(peer, "STOP"));
      assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
      signal(peer, "CONT");
      eventually(() -> caller().directory().nodes().size() == 2);
      assertThat(caller().call(ECHO, new Ask("back"), within(5_000)).await().text())
          .isEqualTo("back from the peer");
    } finally {
      peer.destroyForcibly().waitFor();
    }
  }

  private static void signal(Process process, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anIdempotentCallMovesToAnotherNodeAndAnotherOneDoesNot() throws IOException {
    Process peer = PeerMain.start(cluster);
    Future<Answer> repeatable = caller().call(STEADY, new Ask("hang"), within(30_000));
    Future<Answer> once = caller().call(ECHO, new Ask("hang"), within(30_000));
    ClusteredMesh other = cluster.start();
    other.mesh().serve(STEADY, (ask, _) -> Future.succeededFuture(new Answer("from the other")));
    other.mesh().serve(ECHO, (ask, _) -> Future.succeededFuture(new Answer("from the other")));
    eventually(() -> caller().directory().serving("test").size() == 2);
    peer.destroyForcibly();
    assertThat(repeatable.await()).isEqualTo(new Answer("from the other"));
    assertThat(failureOf(once).code()).isEqualTo("mesh:node.unavailable");
  }

  @Test
  void aProducerLearnsThatItsReadersNodeLeft() {
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      out.write(new Item(0));
                    }));
    ClusteredMesh reader = cluster.start();
    Promise<Item> first = Promise.promise();
    reader
        .vertx()
        .runOnContext(
            _ -> reader.mesh().call(COUNT, new Ask(""), within(5_000)).handler(first::complete));
    first.future().await();
    cluster.stop(reader);
    cancelled.future().await();
  }

  @Test
  void callsDoNotFailWhenOneOfTwoNodesStopsInOrder() {
    ClusteredMesh first = cluster.start();
    ClusteredMesh second = cluster.start();
    for (ClusteredMesh each : new ClusteredMesh[] {first, second}) {
      each.mesh()
          .serve(
              ECHO, (ask, _) -> each.vertx().timer(3).map(_ -> new Answer(each.mesh().nodeId())));
    }
    eventually(() -> caller().directory().serving("test").size() == 2);
    boolean[] stop = {false};
    int[] done = {0};
    Promise<Void> finished = Promise.promise();
    node.vertx()
        .runOnContext(
            _ -> {
              for (int i = 0; i < 8; i++) {
                callOn(stop, done, finished);
              }
            });
    eventually(() -> done[0] > 200);
    cluster.stop(first);
    int before = done[0];
    eventually(() -> done[0] > before + 200);
    stop[0] = true;
    finished.future().await();
  }

  private void callOn(boolean[] stop, int[] done, Promise<Void> finished) {
    caller()
        .call(ECHO, new Ask(""), within(5_000))
        .onComplete(
            (_, failure) -> {
              done[0]++;
              if (failure != null) {
                finished.tryFail(failure);
              } else if (stop[0]) {
                finished.tryComplete();
              } else {
                callOn(stop, done, finished);
              }
            });
  }

  @Test
  void callsDoNotFailWhileANodeJoins() {
    ClusteredMesh first = cluster.start();
    first.mesh().serve(ECHO, (ask, _) -> Future.succeededFuture(new Answer("1")));
    eventually(() -> caller().directory().serving("test").size() == 1);
    boolean[] stop = {false};
    int[] done = {0};
    Promise<Void> finished = Promise.promise();
    node.vertx().runOnContext(_ -> callOn(stop, done, finished));
    ClusteredMesh second = cluster.start();
    second.mesh().serve(ECHO, (ask, _) -> Future.succeededFuture(new Answer("2")));
    eventually(() -> caller().directory().serving("test").size() == 2);
    int before = done[0];
    eventually(() -> done[0] > before + 200);
    stop[0] = true;
    finished.future().await();
  }

  @Test
  void aStreamThatFallsSilentIsOverOnBothSides() {
    Promise<Void> cancelled = Promise.promise();
    ClusteredMesh patient = cluster.start();
    patient
        .mesh()
        .serve(
            COUNT,
            (ask, context, out) -> {
              context.cancellation().onCancel(cancelled::tryComplete);
              out.write(new Item(0));
            });
    // Its peer's signs of life come every ten seconds, too seldom for this one.
    ClusteredMesh hasty =
        cluster.start(TestCluster.OPTIONS.withStreamSilence(Duration.ofMillis(600)));
    eventually(() -> !hasty.mesh().directory().serving("test").isEmpty());
    node = hasty;
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:timeout");
    assertThat(reading.count).hasValue(1);
    cancelled.future().await();
  }
}
