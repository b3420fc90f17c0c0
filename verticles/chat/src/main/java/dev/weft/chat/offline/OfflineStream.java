package dev.weft.chat.offline;

import dev.weft.chat.provider.AnswerEnd;
import dev.weft.chat.provider.ChatMetrics;
import dev.weft.chat.provider.ModelRouter;
import dev.weft.chat.wire.AnswerRecorder;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Streams an answer of the built-in model word by word, at a natural pace. For one event loop. */
public final class OfflineStream {

  private final Vertx vertx;
  private final ChatMetrics metrics;
  private final OfflineAnswer answer;
  private final Options options;
  private final StreamWriter<Raw> out;
  private final Context context;
  private final long startNanos = System.nanoTime();
  private int next;
  private double tokensSent;
  private boolean finishing;
  private boolean over;

  /**
   * How to stream.
   *
   * @param tokensPerSecond 0 for as fast as the reader takes it
   * @param usageWanted whether the client asked for the usage chunk
   * @param extension value of the field {@code weft} of the first event; null for none
   * @param recorder takes what was sent, for a history; null when nobody keeps it
   * @param end what to do at the end
   */
  public record Options(
      int tokensPerSecond,
      boolean usageWanted,
      @Nullable String extension,
      @Nullable AnswerRecorder recorder,
      AnswerEnd end) {}

  public OfflineStream(
      Vertx vertx,
      ChatMetrics metrics,
      OfflineAnswer answer,
      Options options,
      StreamWriter<Raw> out) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.answer = answer;
    this.options = options;
    this.out = out;
    this.context = vertx.getOrCreateContext();
  }

  /** Starts; the rest follows by timers. */
  public void start(CallContext caller) {
    caller.cancellation().onCancel(() -> context.runOnContext(any -> cancel()));
    out.write(Raw.of(answer.roleEvent(options.usageWanted(), options.extension())));
    metrics.firstToken("weft", ModelRouter.OFFLINE, System.nanoTime() - startNanos);
    proceed();
  }

  private void proceed() {
    if (finishing) {
      return;
    }
    while (!over && next < answer.words().size()) {
      if (out.writeQueueFull()) {
        out.drainHandler(room -> proceed());
        return;
      }
      long wait = millisUntilDue();
      if (wait > 0) {
        vertx.setTimer(wait, due -> proceed());
        return;
      }
      if (options.recorder() != null) {
        options.recorder().text(answer.words().get(next));
      }
      out.write(Raw.of(answer.wordEvent(next, options.usageWanted())));
      tokensSent += answer.wordTokens().get(next);
      next++;
    }
    if (!over) {
      finish();
    }
  }

  private long millisUntilDue() {
    if (options.tokensPerSecond() == 0) {
      return 0;
    }
    double due = tokensSent * 1_000 / options.tokensPerSecond();
    return (long) due - (System.nanoTime() - startNanos) / 1_000_000;
  }

  private void finish() {
    finishing = true;
    options
        .end()
        .complete()
        .onComplete(
            kept -> {
              if (over) {
                return;
              }
              over = true;
              if (kept.succeeded()) {
                metrics.completed(
                    "weft", ModelRouter.OFFLINE, answer.usage(), System.nanoTime() - startNanos);
                out.write(Raw.of(answer.endEvents(options.usageWanted())));
                out.end();
              } else {
                out.fail(WeftException.from("chat", kept.cause()));
              }
            });
  }

  private void cancel() {
    if (!over) {
      over = true;
      metrics.cancelled("weft");
      options
          .end()
          .broken()
          .onComplete(
              done ->
                  out.fail(
                      WeftError.of("chat", Reason.CANCELLED, "The client gave up.").exception()));
    }
  }
}
