package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mesh does whether its nodes are one process or many. */
@Timeout(60)
abstract class MeshBehaviour {
  record Ask(String text) {}

  record Answer(String text) {}

  record Item(int number) {}

  static final UnaryEndpoint<Ask, Answer> ECHO =
      Endpoint.unary("test.echo", Ask.class, Answer.class).asOpen();
  static final UnaryEndpoint<Raw, Raw> RAW =
      Endpoint.unary("test.raw", Raw.class, Raw.class).asOpen();
  static final UnaryEndpoint<Ask, Answer> SECURED =
      Endpoint.unary("test.secured", Ask.class, Answer.class).withScope("test:call");
  static final StreamEndpoint<Ask, Item> COUNT =
      Endpoint.stream("test.count", Ask.class, Item.class).asOpen();
  static final StreamEndpoint<Ask, Raw> BYTES =
      Endpoint.stream("test.bytes", Ask.class, Raw.class).asOpen();
  static final StreamEndpoint<Ask, Item> SECURED_STREAM =
      Endpoint.stream("test.securedCount", Ask.class, Item.class).withScope("test:call");

  /** The node that calls. */
  abstract Mesh caller();

  abstract Vertx callerVertx();

  /** The node that serves. */
  abstract Mesh server();

  abstract Vertx serverVertx();

  /** Deploys a verticle on the serving node that runs the code when it starts. */
  final void deploy(ThreadingModel model, Runnable start) {
    serverVertx()
        .deployVerticle(
            context -> {
              start.run();
              return Future.succeededFuture();
            },
            new DeploymentOptions().setThreadingModel(model))
        .await();
  }

  final void serveEcho(ThreadingModel model) {
    deploy(
        model,
        () ->
            server()
                .serve(
                    ECHO, (ask, context) -> Future.succeededFuture(new Answer(ask.text() + "!"))));
  }

  static CallContext within(long millis) {
    return CallContext.background(Duration.ofMillis(millis));
  }

  static CallContext as(String token) {
    return CallContext.start(
        CallContext.newRequestId(), CallContext.newTraceparent(), Duration.ofSeconds(5), token);
  }

  static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come true within 20 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static WeftError failureOf(Future<?> future) {
    try {
      Object result = future.await();
      throw new AssertionError("succeeded with " + result);
    } catch (WeftException e) {
      return e.error();
    }
  }

  /** A stream read to its end, or its failure. */
  static final class Reading<T> {
    final List<T> items = new ArrayList<>();
    final Promise<List<T>> done = Promise.promise();
    final AtomicInteger count = new AtomicInteger();
    final AtomicInteger terminals = new AtomicInteger();
    volatile @Nullable MeshStream<T> stream;

    MeshStream<T> stream() {
      eventually(() -> stream != null);
      MeshStream<T> opened = stream;
      assertThat(opened).isNotNull();
      return java.util.Objects.requireNonNull(opened);
    }
  }

  final <Q, T> Reading<T> read(StreamEndpoint<Q, T> endpoint, Q request, CallContext context) {
    return read(endpoint, request, context, false);
  }

  final <Q, T> Reading<T> read(
      StreamEndpoint<Q, T> endpoint, Q request, CallContext context, boolean paused) {
    Reading<T> reading = new Reading<>();
    Context eventLoop = callerVertx().getOrCreateContext();
    eventLoop.runOnContext(
        _ -> {
          MeshStream<T> stream = caller().call(endpoint, request, context);
          if (paused) {
            stream.pause();
          }
          stream
              .handler(
                  item -> {
                    reading.items.add(item);
                    reading.count.incrementAndGet();
                  })
              .exceptionHandler(
                  e -> {
                    reading.terminals.incrementAndGet();
                    reading.done.tryFail(e);
                  })
              .endHandler(
                  _ -> {
                    reading.terminals.incrementAndGet();
                    reading.done.tryComplete(reading.items);
                  });
          reading.stream = stream;
        });
    return reading;
  }

  static List<Item> items(int count) {
    return IntStream.range(0, count).mapToObj(Item::new).toList();
  }

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
  void aCallerOnAVirtualThreadAwaitsTheAnswer() {
    serveEcho(ThreadingModel.EVENT_LOOP);
    Promise<Answer> answered = Promise.promise();
    callerVertx()
        .deployVerticle(
            context -> {
              answered.complete(caller().call(ECHO, new Ask("vt"), within(5_000)).await());
              return Future.succeededFuture();
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();
    assertThat(answered.future().await()).isEqualTo(new Answer("vt!"));
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
    Future<Answer> one = caller().call(ECHO, new Ask("1"), within(10_000));
    Future<Answer> two = caller().call(ECHO, new Ask("2"), within(10_000));
    WeftError error = failureOf(caller().call(ECHO, new Ask("3"), within(10_000)));
    assertThat(error.code()).isEqualTo("mesh:overloaded");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    open.complete(new Answer("at last"));
    assertThat(one.await()).isEqualTo(two.await());
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
  void aStreamComesInOrderAndEnds() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      for (int i = 0; i < 1_000; i++) {
                        out.write(new Item(i));
                      }
                      out.end();
                    }));
    assertThat(read(COUNT, new Ask(""), within(5_000)).done.future().await())
        .isEqualTo(items(1_000));
  }

  @Test
  void aVirtualThreadProducerIsHeldBackByItsReader() {
    AtomicInteger accepted = new AtomicInteger();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      for (int i = 0; i < 10_000; i++) {
                        out.write(new Item(i)).await();
                        accepted.incrementAndGet();
                      }
                      out.end();
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    eventually(() -> accepted.get() >= StreamWindow.ITEMS - 1);
    callerVertx().timer(300).await();
    assertThat(accepted.get()).isLessThanOrEqualTo(StreamWindow.ITEMS);
    assertThat(reading.count).hasValue(0);
    reading.stream().resume();
    assertThat(reading.done.future().await()).isEqualTo(items(10_000));
  }

  @Test
  void anEventLoopProducerThatLooksAtTheQueueIsHeldBackByItsReader() {
    AtomicInteger accepted = new AtomicInteger();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      AtomicInteger next = new AtomicInteger();
                      Runnable fill =
                          () -> {
                            while (!out.writeQueueFull() && next.get() < 10_000) {
                              out.write(new Item(next.getAndIncrement()));
                              accepted.incrementAndGet();
                            }
                            if (next.get() == 10_000) {
                              next.incrementAndGet();
                              out.end();
                            }
                          };
                      out.drainHandler(_ -> fill.run());
                      fill.run();
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    eventually(() -> accepted.get() >= StreamWindow.ITEMS);
    callerVertx().timer(300).await();
    assertThat(accepted.get()).isLessThanOrEqualTo(StreamWindow.ITEMS);
    reading.stream().fetch(10);
    eventually(() -> reading.count.get() == 10);
    callerVertx().timer(100).await();
    assertThat(reading.count).hasValue(10);
    reading.stream().resume();
    assertThat(reading.done.future().await()).isEqualTo(items(10_000));
  }

  @Test
  void aProducerThatIgnoresItsReaderFailsItsStream() {
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      for (int i = 0; i < 5_000; i++) {
                        out.write(new Item(i));
                      }
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    cancelled.future().await();
    reading.stream().resume();
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:overloaded");
    assertThat(reading.items).isEqualTo(items(StreamWindow.ITEMS));
  }

  @Test
  void aFailureComesAfterTheItemsBeforeIt() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      out.write(new Item(0));
                      out.write(new Item(1));
                      out.fail(WeftError.of("test", Reason.UPSTREAM, "broke").exception());
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("test:upstream");
    assertThat(reading.items).isEqualTo(items(2));
    assertThat(reading.terminals).hasValue(1);
  }

  @Test
  void aReaderThatCancelsStopsTheProducer() {
    Promise<Void> cancelled = Promise.promise();
    Promise<Throwable> write = Promise.promise();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      try {
                        for (int i = 0; ; i++) {
                          out.write(new Item(i)).await();
                        }
                      } catch (WeftException e) {
                        write.complete(e);
                      }
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    eventually(() -> reading.count.get() > 100);
    reading.stream().cancel();
    cancelled.future().await();
    assertThat(write.future().await()).hasMessageStartingWith("mesh:cancelled");
    callerVertx().timer(50).await();
    assertThat(reading.terminals).hasValue(0);
  }

  @Test
  void cancellingTheContextFailsTheStreamAndStopsTheProducer() {
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
    CallContext context = within(5_000);
    Reading<Item> reading = read(COUNT, new Ask(""), context);
    eventually(() -> reading.count.get() == 1);
    context.cancellation().cancel();
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:cancelled");
    cancelled.future().await();
  }

  @Test
  void theDeadlineBoundsTheWaitForTheFirstItemOnly() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      if (ask.text().equals("late")) {
                        return;
                      }
                      out.write(new Item(0));
                      serverVertx()
                          .timer(700)
                          .onComplete(
                              _ -> {
                                out.write(new Item(1));
                                out.end();
                              });
                    }));
    Reading<Item> slow = read(COUNT, new Ask("slow"), within(400));
    Reading<Item> late = read(COUNT, new Ask("late"), within(400));
    assertThat(failureOf(late.done.future()).code()).isEqualTo("mesh:timeout");
    assertThat(slow.done.future().await()).isEqualTo(items(2));
  }

  @Test
  void aStreamNobodyServesFailsThroughItsExceptionHandler() {
    Reading<Item> reading = read(COUNT, new Ask(""), within(20_000));
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:unavailable");
  }

  @Test
  void bigItemsComeWhole() {
    byte[] big = new byte[1_500_000];
    new java.util.Random(2).nextBytes(big);
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    BYTES,
                    (ask, context, out) -> {
                      for (int i = 0; i < 5; i++) {
                        out.write(new Raw(big)).await();
                        out.write(Raw.of("small " + i)).await();
                      }
                      out.end();
                    }));
    List<Raw> read = read(BYTES, new Ask(""), within(20_000)).done.future().await();
    byte[] all = new byte[read.stream().mapToInt(Raw::length).sum()];
    int at = 0;
    for (Raw each : read) {
      System.arraycopy(each.bytes(), 0, all, at, each.length());
      at += each.length();
    }
    String expected =
        IntStream.range(0, 5)
            .mapToObj(
                i -> new String(big, java.nio.charset.StandardCharsets.ISO_8859_1) + "small " + i)
            .collect(Collectors.joining());
    assertThat(all).isEqualTo(expected.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
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
