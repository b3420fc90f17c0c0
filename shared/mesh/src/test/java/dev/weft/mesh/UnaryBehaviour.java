package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What unary calls do whether the nodes are one process or many. */
abstract class UnaryBehaviour extends MeshBed {
  @Test
  void anEventLoopHandlerAnswers() {
    serveEcho(ThreadingModel.EVENT_LOOP);
    assertThat(caller().call(ECHO, new Ask("hi"), within(5_000)).await())
        .isEqualTo(new Answer("hi!"));
  }

  @Test
  void aVirtualThreadHandlerAnswers() {
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    ECHO,
                    UnaryHandler.blocking(
                        (ask, context) -> {
                          serverVertx().timer(5).await();
                          return new Answer(ask.text() + "!");
                        })));
    assertThat(caller().call(ECHO, new Ask("hi"), within(5_000)).await())
        .isEqualTo(new Answer("hi!"));
  }

  @Test
  @ExtendWith(VertxExtension.class)
  void aCallerOnAVirtualThreadAwaitsTheAnswer(VertxTestContext test) {
    serveEcho(ThreadingModel.EVENT_LOOP);
    callerVertx()
        .deployVerticle(
            context -> {
              Answer answer = caller().call(ECHO, new Ask("vt"), within(5_000)).await();
              test.verify(() -> assertThat(answer).isEqualTo(new Answer("vt!")));
              return Future.succeededFuture();
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void theAnswerArrivesOnTheCallersContext() {
    serveEcho(ThreadingModel.VIRTUAL_THREAD);
    Promise<Boolean> same = Promise.promise();
    Context mine = callerVertx().getOrCreateContext();
    mine.runOnContext(
        _ ->
            caller()
                .call(ECHO, new Ask("x"), within(5_000))
                .onComplete(_ -> same.complete(callerVertx().getOrCreateContext() == mine)));
    assertThat(same.future().await()).isTrue();
  }

  @Test
  void requestsOfOneVirtualThreadVerticleRunTogether() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    ECHO,
                    UnaryHandler.blocking(
                        (ask, context) -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          serverVertx().timer(100).await();
                          running.decrementAndGet();
                          return new Answer(ask.text());
                        })));
    Future.all(
            IntStream.range(0, 8)
                .mapToObj(i -> caller().call(ECHO, new Ask("" + i), within(5_000)))
                .toList())
        .await();
    assertThat(most).hasValue(8);
  }

  @Test
  void anErrorArrivesAsItWasGiven() {
    WeftError given =
        WeftError.of("test:thing", Reason.BUSY, "Not now.")
            .withOutcome(Outcome.EXECUTED)
            .withDetail(WeftError.RETRY_AFTER_MILLIS, 250);
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> server().serve(ECHO, (ask, context) -> Future.failedFuture(given.exception())));
    assertThat(failureOf(caller().call(ECHO, new Ask("x"), within(5_000)))).isEqualTo(given);
  }

  @Test
  void aFaultIsInternalAndSaysNothingOfItsCause() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    ECHO,
                    (ask, context) -> {
                      throw new IllegalStateException("secret");
                    }));
    WeftError error = failureOf(caller().call(ECHO, new Ask("x"), within(5_000)));
    assertThat(error.code()).isEqualTo("test:internal");
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(error.message()).doesNotContain("secret");
  }

  @Test
  void aCallEndsByItsDeadlineAndTheHandlerLearns() {
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    ECHO,
                    (ask, context) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      return Promise.<Answer>promise().future();
                    }));
    long start = System.nanoTime();
    WeftError error = failureOf(caller().call(ECHO, new Ask("x"), within(300)));
    assertThat(error.code()).isEqualTo("mesh:timeout");
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(300), Duration.ofMillis(1_500));
    cancelled.future().await();
  }

  @Test
  void aDeadlineThatHasPassedIsNotStarted() {
    AtomicInteger handled = new AtomicInteger();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    ECHO,
                    (ask, context) -> {
                      handled.incrementAndGet();
                      return Future.succeededFuture(new Answer(""));
                    }));
    WeftError error = failureOf(caller().call(ECHO, new Ask("x"), within(0)));
    assertThat(error.code()).isEqualTo("mesh:timeout");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(handled).hasValue(0);
  }

  @Test
  void aHandlerSeesItsCallersRequestAndTheTimeLeft() {
    Promise<CallContext> seen = Promise.promise();
    Promise<CallContext> current = Promise.promise();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    ECHO,
                    UnaryHandler.blocking(
                        (ask, context) -> {
                          seen.complete(context);
                          serverVertx().timer(1).await();
                          CallContext now = CallContext.current();
                          current.complete(now);
                          return new Answer("");
                        })));
    CallContext sent = within(5_000);
    caller().call(ECHO, new Ask("x"), sent).await();
    CallContext received = seen.future().await();
    assertThat(received.requestId()).isEqualTo(sent.requestId());
    assertThat(received.traceparent()).isEqualTo(sent.traceparent());
    assertThat(received.chain()).containsExactly("test.echo");
    assertThat(received.remaining()).isBetween(Duration.ofMillis(1), Duration.ofMillis(5_000));
    assertThat(current.future().await()).isSameAs(received);
  }

  @Test
  void cancellingFailsTheCallAndTellsTheHandler() {
    Promise<Void> started = Promise.promise();
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    ECHO,
                    (ask, context) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      started.complete();
                      return Promise.<Answer>promise().future();
                    }));
    CallContext context = within(20_000);
    Future<Answer> call = caller().call(ECHO, new Ask("x"), context);
    started.future().await();
    context.cancellation().cancel();
    assertThat(failureOf(call).code()).isEqualTo("mesh:cancelled");
    cancelled.future().await();
  }

  @Test
  void aServiceThatComesWithinTheGraceIsUsed() {
    Future<Answer> early = caller().call(ECHO, new Ask("early"), within(10_000));
    serverVertx().timer(200).await();
    serveEcho(ThreadingModel.EVENT_LOOP);
    assertThat(early.await()).isEqualTo(new Answer("early!"));
  }

  @Test
  void aServiceThatDoesNotComeIsUnavailable() {
    long start = System.nanoTime();
    WeftError error = failureOf(caller().call(ECHO, new Ask("x"), within(20_000)));
    assertThat(error.code()).isEqualTo("mesh:unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(error.retryable()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void oneRequestMoreThanAllowedIsRefused() {
    Promise<Answer> open = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> server().serve(ECHO, new ServeOptions(2), (ask, context) -> open.future()));
    // The calls come from a thread without a context: which of the three is last is not defined.
    List<Future<Answer>> calls =
        Stream.of("1", "2", "3")
            .map(text -> caller().call(ECHO, new Ask(text), within(10_000)))
            .toList();
    WeftError error = failureOf(Future.all(calls).mapEmpty());
    assertThat(error.code()).isEqualTo("mesh:overloaded");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    open.complete(new Answer("at last"));
    Future.join(calls).otherwiseEmpty().await();
    assertThat(calls.stream().filter(Future::succeeded).map(Future::result))
        .containsExactly(new Answer("at last"), new Answer("at last"));
    assertThat(caller().call(ECHO, new Ask("4"), within(10_000)).await().text())
        .isEqualTo("at last");
  }

  @Test
  void bigBytesGoThrough() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> server().serve(RAW, (raw, context) -> Future.succeededFuture(raw)));
    byte[] bytes = new byte[5 * 1024 * 1024];
    new java.util.Random(1).nextBytes(bytes);
    assertThat(caller().call(RAW, new Raw(bytes), within(20_000)).await().bytes()).isEqualTo(bytes);
  }

  @Test
  void onlyAGenuineIdentityWithTheScopeIsServed() {
    ConcurrentLinkedQueue<String> served = new ConcurrentLinkedQueue<>();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> {
          server()
              .serve(
                  SECURED,
                  (ask, context) -> {
                    served.add(context.caller().tenant() + "/" + context.caller().subject());
                    return Future.succeededFuture(new Answer("ok"));
                  });
          server()
              .serve(
                  SECURED_STREAM,
                  (ask, context, out) -> {
                    served.add("stream");
                    out.end();
                  });
        });
    String good = TestIdentities.token("acme", "ann", "test:call");
    String[][] refused = {
      {good.replace("acme", "evil"), "mesh:identity.unauthenticated"},
      {"not a token", "mesh:identity.unauthenticated"},
      {
        TestIdentities.token(System.currentTimeMillis() - 1, "acme", "ann", "test:call"),
        "mesh:identity.unauthenticated"
      },
      {TestIdentities.token("acme", "ann", "test:read"), "mesh:scope.denied"},
    };
    for (String[] each : refused) {
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThat(failureOf(caller().call(SECURED, new Ask(""), as(each[0]))).code())
            .isEqualTo(each[1]);
        assertThat(failureOf(read(SECURED_STREAM, new Ask(""), as(each[0])).done.future()).code())
            .isEqualTo(each[1]);
      }
    }
    assertThat(failureOf(caller().call(SECURED, new Ask(""), within(5_000))).code())
        .isEqualTo("mesh:identity.unauthenticated");
    // A caller cannot make up an identity: what it says itself is not believed.
    CallContext pretended =
        within(5_000)
            .withIdentity(new dev.weft.contracts.Identity("evil", "e", java.util.Set.of("*"), ""));
    assertThat(failureOf(caller().call(SECURED, new Ask(""), pretended)).code())
        .isEqualTo("mesh:identity.unauthenticated");
    assertThat(served).isEmpty();
    caller().call(SECURED, new Ask(""), as(good)).await();
    caller().call(SECURED, new Ask(""), as(good)).await();
    read(SECURED_STREAM, new Ask(""), as(good)).done.future().await();
    assertThat(served).containsExactly("acme/ann", "acme/ann", "stream");
  }

  @Test
  void aNodeThatStopsFinishesWhatItHasAndTakesNoMore() {
    Promise<Void> started = Promise.promise();
    Promise<Answer> open = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> {
          server()
              .serve(
                  ECHO,
                  (ask, context) -> {
                    started.tryComplete();
                    return open.future();
                  });
          server()
              .serve(
                  COUNT,
                  ServeOptions.DEFAULT.asWatch(),
                  (ask, context, out) -> out.write(new Item(0)));
        });
    Reading<Item> watch = read(COUNT, new Ask(""), within(5_000));
    Future<Answer> running = caller().call(ECHO, new Ask("1"), within(10_000));
    eventually(() -> watch.count.get() == 1);
    started.future().await();
    Future<Void> closed = server().close();
    assertThat(failureOf(watch.done.future()).code()).isEqualTo("mesh:node.unavailable");
    assertThat(failureOf(caller().call(ECHO, new Ask("2"), within(10_000))).code())
        .isEqualTo("mesh:unavailable");
    assertThat(closed.isComplete()).isFalse();
    open.complete(new Answer("done"));
    assertThat(running.await()).isEqualTo(new Answer("done"));
    closed.await();
  }
}
