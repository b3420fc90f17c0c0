package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large bodies cross the bus in parts, under credit, and within what the process may hold. */
class ClusterPartsIT extends MeshBed {
  private static final int MIB = 1 << 20;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static TestCluster cluster;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ClusteredMesh caller;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ClusteredMesh server;

  private final ByteBudget budget = server.mesh().budget();

  @BeforeAll
  static void startCluster() {
    cluster = new TestCluster(2);
    caller = cluster.start(TestCluster.OPTIONS.withBudget(new ByteBudget(256L * MIB)));
    server =
        cluster.start(
            TestCluster.OPTIONS
                .withBudget(new ByteBudget(256L * MIB))
                .withStreamSilence(Duration.ofSeconds(3)));
    eventually(() -> caller.mesh().directory().nodes().size() == 2);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void reset() {
    budget.limit(256L * MIB);
  }

  @Override
  void release() {
    eventually(() -> budget.held() == 0 && caller().budget().held() == 0);
  }

  @Override
  Mesh caller() {
    return caller.mesh();
  }

  @Override
  Vertx callerVertx() {
    return caller.vertx();
  }

  @Override
  Mesh server() {
    return server.mesh();
  }

  @Override
  Vertx serverVertx() {
    return server.vertx();
  }

  private static byte[] random(int bytes) {
    byte[] out = new byte[bytes];
    new Random(bytes).nextBytes(out);
    return out;
  }

  private void serveRaw(UnaryHandler<Raw, Raw> handler) {
    deploy(ThreadingModel.EVENT_LOOP, () -> server().serve(RAW, handler));
  }

  @Test
  void aRequestAndAReplyOf60MiBGoThrough() {
    serveRaw((raw, context) -> Future.succeededFuture(raw));
    byte[] bytes = random(60 * MIB);
    Raw reply = caller().call(RAW, new Raw(bytes), within(30_000)).await();
    assertThat(Arrays.equals(reply.bytes(), bytes)).isTrue();
  }

  @Test
  void smallCallsPassBetweenLargeOnes() {
    serveRaw((raw, context) -> Future.succeededFuture(Raw.of("ok")));
    serveEcho(ThreadingModel.EVENT_LOOP);
    Raw large = new Raw(random(40 * MIB));
    List<Future<Raw>> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      running.add(caller().call(RAW, large, within(60_000)));
    }
    int small = 0;
    while (!running.stream().allMatch(Future::isComplete)) {
      caller().call(ECHO, new Ask("x"), within(10_000)).await();
      small++;
    }
    Future.all(running).await();
    assertThat(small).isGreaterThan(20);
  }

  @Test
  void anEventOf32MiBComesWholeAmongOthers() {
    byte[] big = random(32 * MIB + 100);
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    BYTES,
                    (ask, context, out) -> {
                      for (int i = 0; i < 3; i++) {
                        out.write(Raw.of("small " + i)).await();
                        out.write(new Raw(big)).await();
                      }
                      out.end();
                    }));
    List<Raw> read = read(BYTES, new Ask(""), within(60_000)).done.future().await();
    assertThat(read).hasSize(6);
    for (int i = 0; i < 3; i++) {
      assertThat(read.get(2 * i).text()).isEqualTo("small " + i);
      assertThat(Arrays.equals(read.get(2 * i + 1).bytes(), big)).isTrue();
    }
  }

  @Test
  void whatIsWrittenBehindALargeItemComesAfterIt() {
    byte[] big = random(3 * MIB);
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    BYTES,
                    (ask, context, out) -> {
                      out.write(new Raw(big));
                      for (int i = 0; i < 500; i++) {
                        out.write(Raw.of("" + i));
                      }
                      out.end();
                    }));
    List<Raw> read = read(BYTES, new Ask(""), within(30_000)).done.future().await();
    assertThat(read).hasSize(501);
    assertThat(read.getFirst().length()).isEqualTo(big.length);
    assertThat(read.getLast().text()).isEqualTo("499");
  }

  @Test
  void aRequestWaitsForRoomAndHoldsItUntilItIsAnswered() {
    budget.limit(8 * MIB);
    Promise<Raw> open = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    serveRaw(
        (raw, context) -> {
          begun.incrementAndGet();
          return open.future();
        });
    Future<Raw> first = caller().call(RAW, new Raw(random(4 * MIB)), within(20_000));
    eventually(() -> begun.get() == 1);
    Future<Raw> second = caller().call(RAW, new Raw(random(4 * MIB)), within(20_000));
    eventually(() -> budget.waiting() == 1);
    assertThat(budget.held()).isEqualTo(4 * MIB);
    assertThat(begun).hasValue(1);
    open.complete(Raw.of("done"));
    assertThat(Future.all(first, second).await().succeeded()).isTrue();
  }

  @Test
  void aRequestThatFindsNoRoomIsRefusedUntouched() {
    budget.limit(8 * MIB);
    budget.add(6 * MIB);
    serveRaw((raw, context) -> Future.succeededFuture(raw));
    WeftError error = failureOf(caller().call(RAW, new Raw(random(4 * MIB)), within(20_000)));
    assertThat(error.code()).isEqualTo("mesh:request.overloaded");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    budget.release(6 * MIB);
  }

  @Test
  void aRequestThatNeverFitsIsTooLarge() {
    budget.limit(8 * MIB);
    serveRaw((raw, context) -> Future.succeededFuture(raw));
    assertThat(failureOf(caller().call(RAW, new Raw(random(7 * MIB)), within(20_000))).code())
        .isEqualTo("mesh:request.too_large");
  }

  @Test
  void aCallThatIsCancelledOnItsWayTakesNoRoom() {
    budget.limit(8 * MIB);
    budget.add(6 * MIB);
    serveRaw((raw, context) -> Future.succeededFuture(raw));
    CallContext context = within(20_000);
    Future<Raw> call = caller().call(RAW, new Raw(random(4 * MIB)), context);
    eventually(() -> budget.waiting() == 1);
    context.cancellation().cancel();
    assertThat(failureOf(call).code()).isEqualTo("mesh:cancelled");
    eventually(() -> budget.waiting() == 0);
    budget.release(6 * MIB);
  }

  @Test
  void anAnswerThatFindsNoRoomAtTheCallerIsAnError() {
    serveRaw((raw, context) -> Future.succeededFuture(new Raw(random(4 * MIB))));
    ByteBudget mine = caller().budget();
    mine.limit(2 * MIB);
    WeftError error = failureOf(caller().call(RAW, Raw.of("x"), within(20_000)));
    mine.limit(256L * MIB);
    assertThat(error.code()).isEqualTo("mesh:reply.too_large");
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
  }

  @Test
  void partsThatAreSenselessOrNeverComeTakeNoRoomForLong() {
    serveRaw((raw, context) -> Future.succeededFuture(raw));
    send("call", "size", "5000000", "p", "1000001", "id", "900001");
    eventually(() -> budget.held() == 5_000_000);
    send("part", "p", "1000001", "seq", "7");
    eventually(() -> budget.held() == 0);
    for (String size : List.of("-1", "0", "x", "999999999999", "")) {
      send("call", "size", size, "p", "1000002", "id", "900002");
    }
    send("part", "p", "77", "seq", "0");
    send("more", "p", "77", "n", "5");
    send("drop", "p", "77", "rcv", "1");
    send("call", "size", "5000000", "p", "1000003", "id", "900003");
    send("call", "size", "4000000", "p", "1000003", "id", "900003");
    eventually(() -> budget.held() == 4_000_000);
    // The rest never comes.
    eventually(() -> budget.held() == 0);
  }

  private void send(String kind, String... headers) {
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader("k", kind)
            .addHeader("from", TestCluster.clusterId(callerVertx()))
            .addHeader("ep", RAW.name())
            .addHeader("req", "req_parts")
            .addHeader("tp", "")
            .addHeader("ttl", "5000");
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    callerVertx()
        .eventBus()
        .send(
            "node." + TestCluster.clusterId(serverVertx()),
            io.vertx.core.buffer.Buffer.buffer(),
            options);
  }
}
