package dev.weft.chat.provider;

import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.Fields;
import dev.weft.chat.wire.JsonRepair;
import dev.weft.chat.wire.ObjectEdit;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.ByteBudget;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Relays an answer that comes in one piece: its bytes pass through once they are seen to be one.
 */
final class UnaryRelay extends Relay {

  private final Duration limit;
  private final Promise<Raw> reply;
  private final Relays.Extras extras;
  private final int maxAnswerBytes;
  private final ByteBudget.Hold room;
  private Usage usage = Usage.NONE;
  private int repaired;
  private @Nullable HttpClientResponse head;

  UnaryRelay(
      Node node,
      Provider provider,
      String model,
      CompletionRequest request,
      Duration limit,
      Relays.Extras extras,
      Promise<Raw> reply) {
    super(node, provider, model, request, limit, extras.end());
    this.limit = limit;
    this.extras = extras;
    this.reply = reply;
    this.maxAnswerBytes = node.maxAnswerBytes();
    this.room = node.budget().answer();
  }

  @Override
  public void sent() {
    watchdog.expect("did not answer", limit);
  }

  @Override
  public void head(HttpClientResponse response) {
    head = response;
    if (!isSuccess(response)) {
      failWithBody(response);
      return;
    }
    Duration idle = provider.timeouts().idle();
    watchdog.expect("did not go on with its answer", idle);
    BodyCollector.collect(
            vertx,
            provider,
            response,
            maxAnswerBytes,
            new BodyCollector.Progress() {
              @Override
              public void read() {
                watchdog.expect("did not go on with its answer", idle);
              }

              @Override
              public void paused() {
                watchdog.relax();
              }
            },
            room,
            call())
        .onComplete(
            (body, failure) -> {
              if (body != null) {
                answer(body);
              } else {
                fail(WeftException.from("chat", failure).error());
              }
            });
  }

  private void answer(byte[] sent) {
    if (isOver()) {
      return;
    }
    byte[] body = sent;
    boolean whole = scan.scan(body, 0, body.length);
    byte[] mended = whole ? null : JsonRepair.mend(sent, 0, sent.length);
    if (mended != null) {
      body = mended;
      whole = scan.scan(body, 0, body.length);
      repaired = whole ? 1 : 0;
    }
    if (whole && scan.hasError()) {
      fail(
          ProviderErrors.hidden(
              provider, Arrays.copyOfRange(body, scan.errorStart(), scan.errorEnd())));
      return;
    }
    if (!whole || !scan.hasChoices() || scan.choicesEmpty()) {
      fail(noCompletion(sent));
      return;
    }
    if (scan.hasUsage()) {
      usage = Usage.read(body, scan.usageStart(), scan.usageEnd());
    }
    byte[] out;
    try {
      out =
          extras.extension() == null
              ? body
              : new ObjectEdit(Fields.ofObject(body)).put("weft", extras.extension()).bytes();
    } catch (IOException twins) {
      fail(ProviderErrors.nonsense(provider, "answered with JSON that names a field twice"));
      return;
    }
    if (extras.recorder() != null) {
      extras.recorder().body(body);
    }
    succeed(
        () -> {
          // Whoever takes the answer counts it as its own.
          room.release();
          reply.complete(new Raw(out));
        });
  }

  private WeftError noCompletion(byte[] body) {
    HttpClientResponse response = head;
    return response == null
        ? ProviderErrors.closed(provider)
        : ProviderErrors.noAnswer(
            provider, response.statusCode(), response.headers(), body, "completion");
  }

  @Override
  int repaired() {
    return repaired;
  }

  @Override
  void tellFailure(WeftError error) {
    room.release();
    reply.tryFail(error.exception());
  }

  @Override
  Usage usage() {
    return usage;
  }
}
