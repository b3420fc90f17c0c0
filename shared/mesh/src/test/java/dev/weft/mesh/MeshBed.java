package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Raw;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Two nodes, or one that is both, and what tests need to talk over them. */
@Timeout(60)
abstract class MeshBed {
  record Ask(String text) {}

  record Answer(String text) {}

  record Item(int number) {}

  static final UnaryEndpoint<Ask, Answer> ECHO =
      Endpoint.unary("test.echo", Ask.class, Answer.class).asOpen();
  static final UnaryEndpoint<Ask, Answer> STEADY =
      Endpoint.unary("test.steady", Ask.class, Answer.class).asOpen().asIdempotent();
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

  private final List<String> deployments = new ArrayList<>();

  /** The node that calls. */
  abstract Mesh caller();

  abstract Vertx callerVertx();

  /** The node that serves. */
  abstract Mesh server();

  abstract Vertx serverVertx();

  /** Deploys a verticle on the serving node that runs the code when it starts. */
  final void deploy(ThreadingModel model, Runnable start) {
    deployments.add(
        serverVertx()
            .deployVerticle(
                context -> {
                  start.run();
                  return Future.succeededFuture();
                },
                new DeploymentOptions().setThreadingModel(model))
            .await());
  }

  @AfterEach
  final void undeployAll() {
    deployments.forEach(id -> serverVertx().undeploy(id).await());
    release();
  }

  /** Stops what each test has of its own. */
  void release() {}

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
}
