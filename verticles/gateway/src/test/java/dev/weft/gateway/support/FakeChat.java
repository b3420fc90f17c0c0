package dev.weft.gateway.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.contracts.chat.GetModel;
import dev.weft.contracts.chat.Model;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A chat service that does what the model's name says. */
public final class FakeChat implements Service {
  public static final String DONE = "data: [DONE]\n\n";
  public static final String CHUNK = "data: {\"id\":\"c\",\"choices\":[]}\n\n";
  private static final int FLOOD_ITEM_BYTES = 4_096;

  /** A call that arrived. */
  public static final class Seen {
    public final Raw request;
    public final CallContext context;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile long cancelledNanos;

    Seen(Raw request, CallContext context) {
      this.request = request;
      this.context = context;
      context
          .cancellation()
          .onCancel(
              () -> {
                cancelledNanos = System.nanoTime();
                cancelled.countDown();
              });
    }

    public boolean isCancelled() {
      return cancelled.getCount() == 0;
    }

    /** When it was cancelled, waiting for it; by {@link System#nanoTime()}. */
    public long cancelledNanos() throws InterruptedException {
      if (!cancelled.await(5, java.util.concurrent.TimeUnit.SECONDS)) {
        throw new AssertionError("the call was not cancelled");
      }
      return cancelledNanos;
    }
  }

  public final BlockingQueue<Seen> calls = new LinkedBlockingQueue<>();
  public final AtomicLong floodedBytes = new AtomicLong();
  public volatile boolean floodPaused;

  @Override
  public ServiceDescriptor descriptor() {
    return ChatApi.SERVICE;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onEventLoops(() -> new Endpoints(node)));
  }

  /** Comes to a node that runs already. */
  public void join(NodeContext node) {
    node.vertx().deployVerticle(new Endpoints(node)).await();
  }

  private static String model(Raw request) {
    try {
      JsonNode body = Json.mapper().readTree(request.bytes());
      return body.path("model").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WeftException error(String area, Reason reason) {
    return WeftError.of(area, reason, "As told.").exception();
  }

  private Future<Raw> complete(Raw request, CallContext context) {
    calls.add(new Seen(request, context));
    return switch (model(request)) {
      case "hang" -> {
        Promise<Raw> promise = Promise.promise();
        context
            .cancellation()
            .onCancel(() -> promise.tryFail(error("chat:request", Reason.CANCELLED)));
        yield promise.future();
      }
      case "unknown" -> Future.failedFuture(error("chat:model", Reason.NOT_FOUND));
      case "limited" ->
          Future.failedFuture(
              WeftError.of("chat:provider", Reason.RATE_LIMITED, "Slow down.")
                  .withDetail(WeftError.RETRY_AFTER_MILLIS, 1_500)
                  .withDetail(WeftError.UPSTREAM_STATUS, 429)
                  .exception());
      case "bug" -> Future.failedFuture(new IllegalStateException("secret detail"));
      case "refused-identity" ->
          Future.failedFuture(error("mesh:identity", Reason.UNAUTHENTICATED));
      default -> Future.succeededFuture(request);
    };
  }

  private void stream(Raw request, CallContext context, StreamWriter<Raw> out) {
    calls.add(new Seen(request, context));
    switch (model(request)) {
      case "hang" -> {}
      case "stall" -> out.write(Raw.of(CHUNK));
      case "unknown" -> out.fail(error("chat:model", Reason.NOT_FOUND));
      case "dies" -> {
        out.write(Raw.of(CHUNK));
        out.fail(error("mesh:node", Reason.UNAVAILABLE));
      }
      case "truncated" -> {
        out.write(Raw.of(CHUNK));
        out.end();
      }
      case "flood" -> flood(out);
      default -> {
        for (int i = 0; i < 3; i++) {
          out.write(Raw.of(CHUNK));
        }
        out.write(Raw.of(DONE));
        out.end();
      }
    }
  }

  private void flood(StreamWriter<Raw> out) {
    String text = "data: \"" + "x".repeat(FLOOD_ITEM_BYTES - 10) + "\"\n\n";
    out.drainHandler(x -> flood(out));
    while (!out.writeQueueFull()) {
      floodPaused = false;
      if (out.write(Raw.of(text)).failed()) {
        return;
      }
      floodedBytes.addAndGet(text.length());
    }
    floodPaused = true;
  }

  private final class Endpoints extends VerticleBase {
    private final NodeContext owner;

    Endpoints(NodeContext owner) {
      this.owner = owner;
    }

    @Override
    public Future<?> start() {
      return Future.all(
          owner.mesh().serve(ChatApi.CREATE_COMPLETION, FakeChat.this::complete),
          owner.mesh().serve(ChatApi.STREAM_COMPLETION, FakeChat.this::stream),
          owner.mesh().serve(ChatApi.GET_MODEL, this::model));
    }

    private Future<Model> model(GetModel request, CallContext call) {
      return Future.succeededFuture(new Model(request.id(), "model", 1, "test"));
    }
  }

  /** The fields of a request body as JSON. */
  public static String body(Map<String, Object> fields) {
    return new String(Json.encodeBytes(fields), java.nio.charset.StandardCharsets.UTF_8);
  }
}
