package dev.weft.chat.provider;

import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.Fields;
import dev.weft.chat.wire.ObjectEdit;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Relays an answer that comes in one piece: its bytes pass through once they are seen to be one.
 */
final class UnaryRelay extends Relay {

  /** Answers with pictures in them are the largest. */
  private static final int MAX_ANSWER_BYTES = 32 << 20;

  private final Duration limit;
  private final Promise<Raw> reply;
  private final Relays.Extras extras;
  private Usage usage = Usage.NONE;

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
  }

  @Override
  public void sent() {
    watchdog.expect("did not answer", limit);
  }

  @Override
  public void head(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      failWithBody(response);
      return;
    }
    Duration idle = provider.timeouts().idle();
    watchdog.expect("did not go on with its answer", idle);
    BodyCollector.collect(
        response,
        MAX_ANSWER_BYTES,
        this::answer,
        () ->
            fail(
                ProviderErrors.nonsense(
                    provider, "answered with more than " + MAX_ANSWER_BYTES + " bytes")),
        () -> fail(ProviderErrors.cut(provider)),
        () -> watchdog.expect("did not go on with its answer", idle));
  }

  private void answer(byte[] body) {
    if (isOver()) {
      return;
    }
    if (!scan.scan(body, 0, body.length)
        || scan.hasError()
        || !scan.hasChoices()
        || scan.choicesEmpty()) {
      fail(notAnAnswer(body));
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
    succeed(() -> reply.complete(new Raw(out)));
  }

  @Override
  void tellFailure(WeftError error) {
    reply.tryFail(error.exception());
  }

  @Override
  Usage usage() {
    return usage;
  }
}
