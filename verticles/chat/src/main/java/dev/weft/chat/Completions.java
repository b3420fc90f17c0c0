package dev.weft.chat;

import dev.weft.chat.offline.OfflineAnswer;
import dev.weft.chat.offline.OfflineModel;
import dev.weft.chat.offline.OfflineStream;
import dev.weft.chat.prepare.Preparation;
import dev.weft.chat.prepare.Prepared;
import dev.weft.chat.provider.AnswerEnd;
import dev.weft.chat.provider.ChatMetrics;
import dev.weft.chat.provider.ModelRoute;
import dev.weft.chat.provider.ModelRouter;
import dev.weft.chat.provider.Relays;
import dev.weft.chat.wire.AnswerRecorder;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers completion requests. Runs on event loops and never waits: what has to be looked up first
 * is looked up by {@link StraightCode}, and a request that needs nothing goes to its provider in
 * the same pass of the event loop.
 */
final class Completions {

  private final Parts parts;

  /** What answering takes. */
  record Parts(
      Vertx vertx,
      ModelRouter router,
      Relays relays,
      StraightCode straight,
      Preparation preparation,
      OfflineModel offline,
      int offlineTokensPerSecond,
      ChatMetrics metrics) {}

  /** A request on its way to the model that answers it. */
  private record Ready(ModelRoute route, Prepared prepared, @Nullable OfflineAnswer offline) {}

  Completions(Parts parts) {
    this.parts = parts;
  }

  /** Answers in one piece. */
  Future<Raw> create(Raw body, CallContext caller) {
    CompletionRequest request = CompletionRequest.read(body.bytes());
    if (request.stream()) {
      throw CompletionRequest.invalid("stream", "This call answers in one piece: stream is true.");
    }
    Promise<Raw> reply = Promise.promise();
    whenReady(
        request,
        caller,
        (ready, failure) -> {
          if (ready == null) {
            reply.fail(failure);
          } else {
            create(ready, caller, reply);
          }
        });
    return reply.future();
  }

  private void create(Ready ready, CallContext caller, Promise<Raw> reply) {
    Prepared prepared = ready.prepared();
    AnswerRecorder recorder = prepared.lease() == null ? null : new AnswerRecorder();
    AnswerEnd end = end(prepared, recorder);
    if (ready.route() instanceof ModelRoute.ToProvider to) {
      parts
          .relays()
          .answer(
              to,
              prepared.request(),
              new Relays.Extras(prepared.extension(), recorder, end),
              caller)
          .onComplete(reply);
    } else if (ready.offline() != null) {
      OfflineAnswer answer = ready.offline();
      if (recorder != null) {
        recorder.text(answer.text());
      }
      end.complete()
          .onSuccess(
              kept -> parts.metrics().completed("weft", ModelRouter.OFFLINE, answer.usage(), 0))
          .map(kept -> new Raw(answer.body(prepared.citing(answer.cited()))))
          .onComplete(reply);
    }
  }

  /** Answers as a stream. */
  void stream(Raw body, CallContext caller, StreamWriter<Raw> out) {
    CompletionRequest request = CompletionRequest.read(body.bytes());
    if (!request.stream()) {
      throw CompletionRequest.invalid(
          "stream", "This call answers as a stream: set stream to true.");
    }
    whenReady(
        request,
        caller,
        (ready, failure) -> {
          if (ready == null) {
            out.fail(WeftException.from("chat", failure));
          } else {
            stream(ready, caller, out);
          }
        });
  }

  private void stream(Ready ready, CallContext caller, StreamWriter<Raw> out) {
    Prepared prepared = ready.prepared();
    AnswerRecorder recorder = prepared.lease() == null ? null : new AnswerRecorder();
    AnswerEnd end = end(prepared, recorder);
    if (ready.route() instanceof ModelRoute.ToProvider to) {
      parts.relays().stream(
          to,
          prepared.request(),
          new Relays.Extras(prepared.extension(), recorder, end),
          caller,
          out);
    } else if (ready.offline() != null) {
      new OfflineStream(
              parts.vertx(),
              parts.metrics(),
              ready.offline(),
              new OfflineStream.Options(
                  parts.offlineTokensPerSecond(),
                  prepared.request().usageWanted(),
                  prepared.citing(ready.offline().cited()),
                  recorder,
                  end),
              out)
          .start(caller);
    }
  }

  private static AnswerEnd end(Prepared prepared, @Nullable AnswerRecorder recorder) {
    return recorder == null ? AnswerEnd.NOTHING : AnswerKeeper.of(prepared, recorder);
  }

  /**
   * Finds who answers and prepares the request; then, on this context and at once when nothing has
   * to be waited for, hands over either the result or the failure.
   */
  private void whenReady(
      CompletionRequest request,
      CallContext caller,
      BiConsumer<@Nullable Ready, @Nullable Throwable> then) {
    Context context = parts.vertx().getOrCreateContext();
    Future<ModelRoute> route = parts.router().route(request.model());
    if (route.succeeded()) {
      withRoute(route.result(), request, caller, then);
      return;
    }
    route.onComplete(
        found ->
            context.runOnContext(
                any -> {
                  if (found.succeeded()) {
                    withRoute(found.result(), request, caller, then);
                  } else {
                    then.accept(null, found.cause());
                  }
                }));
  }

  private void withRoute(
      ModelRoute route,
      CompletionRequest request,
      CallContext caller,
      BiConsumer<@Nullable Ready, @Nullable Throwable> then) {
    boolean toProvider = route instanceof ModelRoute.ToProvider;
    if (toProvider && request.rag() == null && request.conversation() == null) {
      then.accept(new Ready(route, Prepared.plain(request), null), null);
      return;
    }
    parts
        .straight()
        .run(caller, () -> prepare(route, request, caller))
        .onComplete(
            done -> {
              if (done.failed()) {
                then.accept(null, done.cause());
              } else if (caller.cancellation().isCancelled()) {
                done.result()
                    .prepared()
                    .abandon()
                    .onComplete(
                        left ->
                            then.accept(
                                null,
                                WeftError.of("chat", Reason.CANCELLED, "The client gave up.")
                                    .exception()));
              } else {
                then.accept(done.result(), null);
              }
            });
  }

  /** Straight code. */
  private Ready prepare(ModelRoute route, CompletionRequest request, CallContext caller) {
    boolean toProvider = route instanceof ModelRoute.ToProvider;
    Prepared prepared =
        request.rag() == null && request.conversation() == null
            ? Prepared.plain(request)
            : parts.preparation().prepare(request, caller, toProvider);
    try {
      OfflineAnswer offline =
          toProvider
              ? null
              : parts.offline().answer(prepared.request(), prepared.passages(), caller);
      return new Ready(route, prepared, offline);
    } catch (RuntimeException | Error e) {
      prepared.abandon().await();
      throw e;
    }
  }
}
