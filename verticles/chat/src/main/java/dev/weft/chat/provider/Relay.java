package dev.weft.chat.provider;

import dev.weft.chat.wire.ChunkScan;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;

/**
 * What relaying a whole answer and relaying a stream have in common: the request, its limits, its
 * cancellation, errors and figures. For one event loop.
 */
abstract class Relay implements ProviderCall.Listener {

  private static final int MAX_ERROR_BYTES = 65_536;

  final Vertx vertx;
  final Context context;
  final Provider provider;
  final ChunkScan scan = new ChunkScan();
  final Watchdog watchdog;

  private final ChatMetrics metrics;
  private final String model;
  private final AnswerEnd end;
  private final ProviderCall call;
  private final long startNanos = System.nanoTime();
  private final ByteBudget budget;
  private boolean over;

  /** What relays share on a node. */
  record Node(
      Vertx vertx,
      ProviderClient client,
      ChatMetrics metrics,
      int maxAnswerBytes,
      ByteBudget budget) {}

  /**
   * @param model the model's name as the provider knows it
   * @param limit how long the whole may take
   */
  Relay(
      Node node,
      Provider provider,
      String model,
      CompletionRequest request,
      Duration limit,
      AnswerEnd end) {
    this.vertx = node.vertx();
    this.context = node.vertx().getOrCreateContext();
    this.metrics = node.metrics();
    this.budget = node.budget();
    this.provider = provider;
    this.model = model;
    this.end = end;
    this.watchdog =
        new Watchdog(
            node.vertx(),
            limit,
            (what, time) -> fail(ProviderErrors.timeout(provider, what, time)));
    byte[] body = request.toProvider(model, provider.streamUsage());
    this.call =
        new ProviderCall(
            node.client(),
            provider,
            provider.completion(),
            Buffers.wrap(Unpooled.wrappedBuffer(body)),
            this);
  }

  /** Sends the request; the rest follows from events. */
  final void start(CallContext caller) {
    caller
        .cancellation()
        .onCancel(
            () -> {
              if (Vertx.currentContext() == context) {
                cancel();
              } else {
                context.runOnContext(any -> cancel());
              }
            });
    if (!over) {
      call.send();
    }
  }

  /** Tells the client that there is no answer, or no more of it. */
  abstract void tellFailure(WeftError error);

  /** How often the answer had bytes that had to be mended. */
  abstract int repaired();

  /** The tokens known so far. */
  abstract Usage usage();

  @Override
  public final void failed(WeftError error) {
    fail(error);
  }

  final void fail(WeftError error) {
    if (over) {
      return;
    }
    over();
    metrics.failed(provider.name(), error);
    metrics.used(provider.name(), model, usage());
    if (ProviderErrors.isProviders(error)) {
      provider.health().failed(error);
    } else {
      provider.health().succeeded();
    }
    end.broken().onComplete(done -> tellFailure(error));
  }

  private void cancel() {
    if (over) {
      return;
    }
    over();
    metrics.cancelled(provider.name());
    metrics.used(provider.name(), model, usage());
    end.broken()
        .onComplete(
            done -> tellFailure(WeftError.of("chat", Reason.CANCELLED, "The client gave up.")));
  }

  private void over() {
    over = true;
    metrics.repaired(provider.name(), repaired());
    watchdog.stop();
    call.reset();
  }

  /** Whether nothing is to happen any more. */
  final boolean isOver() {
    return over;
  }

  /** The provider has done its part: keeps the answer, then tells the client by the action. */
  final void succeed(Runnable tellSuccess) {
    watchdog.stop();
    provider.health().succeeded();
    end.complete()
        .onComplete(
            kept -> {
              if (over) {
                return;
              }
              over = true;
              metrics.repaired(provider.name(), repaired());
              if (kept.succeeded()) {
                metrics.completed(provider.name(), model, usage(), System.nanoTime() - startNanos);
                tellSuccess.run();
              } else {
                WeftError error = WeftException.from("chat", kept.cause()).error();
                metrics.failed(provider.name(), error);
                tellFailure(error);
              }
            });
  }

  final void noteFirstToken() {
    metrics.firstToken(provider.name(), model, System.nanoTime() - startNanos);
  }

  final ProviderCall call() {
    return call;
  }

  /** Gives the connection up, when nothing more of it is needed. */
  final void hangUp() {
    call.reset();
  }

  /** Collects an answer that is no success and fails with what it says. */
  final void failWithBody(HttpClientResponse response) {
    ByteBudget.Hold room = budget.answer();
    BodyCollector.collect(vertx, provider, response, MAX_ERROR_BYTES, () -> {}, room, call)
        .onComplete(
            (body, unread) -> {
              fail(ofStatus(response, body == null ? new byte[0] : body));
              room.release();
            });
  }

  private WeftError ofStatus(HttpClientResponse response, byte[] body) {
    return ProviderErrors.ofStatus(provider, response.statusCode(), response.headers(), body);
  }

  /** Whether an answer calls itself good: OpenAI's say 200, others any status of that class. */
  static boolean isSuccess(HttpClientResponse response) {
    return response.statusCode() / 100 == 2;
  }
}
