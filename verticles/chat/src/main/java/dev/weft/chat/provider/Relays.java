package dev.weft.chat.provider;

import dev.weft.chat.wire.AnswerRecorder;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.StreamFilter;
import dev.weft.contracts.Raw;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Has providers answer requests. Call it on an event loop; all that follows stays there. */
public final class Relays {

  private final Relay.Node node;

  /**
   * What goes with an answer.
   *
   * @param extension JSON for the field {@code weft} of the answer or its first event; null for
   *     none
   * @param recorder takes the answer for a history; null when nobody keeps it
   * @param end what to do at the end
   */
  public record Extras(
      @Nullable String extension, @Nullable AnswerRecorder recorder, AnswerEnd end) {}

  /**
   * @param maxAnswerBytes longest answer in one piece, and longest event of a stream
   * @param budget what the process may hold of answers
   */
  public Relays(
      Vertx vertx,
      ProviderClient client,
      ChatMetrics metrics,
      int maxAnswerBytes,
      ByteBudget budget) {
    this.node = new Relay.Node(vertx, client, metrics, maxAnswerBytes, budget);
  }

  /** Answers in one piece: the provider's JSON. */
  public Future<Raw> answer(
      ModelRoute.ToProvider to, CompletionRequest request, Extras extras, CallContext caller) {
    Duration total = to.provider().timeouts().total();
    Duration left = caller.remaining();
    Promise<Raw> reply = Promise.promise();
    new UnaryRelay(
            node,
            to.provider(),
            to.model(),
            request,
            left.compareTo(total) < 0 ? left : total,
            extras,
            reply)
        .start(caller);
    return reply.future();
  }

  /** Answers as a stream of pieces of an event stream. */
  public void stream(
      ModelRoute.ToProvider to,
      CompletionRequest request,
      Extras extras,
      CallContext caller,
      StreamWriter<Raw> out) {
    StreamFilter.Options options =
        new StreamFilter.Options(
            request.usageWanted(),
            request.choices(),
            extras.extension(),
            extras.recorder(),
            node.maxAnswerBytes());
    new StreamRelay(node, to.provider(), to.model(), request, options, extras.end(), out)
        .start(caller);
  }
}
