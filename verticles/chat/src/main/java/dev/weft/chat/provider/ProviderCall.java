package dev.weft.chat.provider;

import dev.weft.contracts.WeftError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider, up to the head of the answer. For one event loop. Once anything of it
 * may be on the wire it is never repeated, for the provider may have begun to work.
 */
final class ProviderCall {

  /** Who waits for the answer. Called on the event loop that sent the request. */
  interface Listener {

    /** The request is on its way. */
    void sent();

    /** The head has come. Handlers must be set now. */
    void head(HttpClientResponse response);

    /** There will be no head. */
    void failed(WeftError error);
  }

  private final ProviderClient client;
  private final Provider provider;
  private final RequestOptions options;
  private @Nullable Buffer body;
  private final Listener listener;
  private @Nullable HttpClientRequest request;
  private boolean over;

  ProviderCall(
      ProviderClient client,
      Provider provider,
      RequestOptions options,
      Buffer body,
      Listener listener) {
    this.client = client;
    this.provider = provider;
    this.options = options;
    this.body = body;
    this.listener = listener;
  }

  void send() {
    client
        .request(options)
        .onComplete(
            ready -> {
              if (over) {
                if (ready.succeeded()) {
                  ready.result().reset();
                }
              } else if (ready.succeeded()) {
                send(ready.result());
              } else {
                end(ProviderErrors.unreachable(provider, ready.cause()));
              }
            });
  }

  private void send(HttpClientRequest ready) {
    request = ready;
    Buffer sending = body == null ? Buffer.buffer() : body;
    body = null; // it is kept no longer than its writing takes
    ready
        .send(sending)
        .onComplete(
            (head, failure) -> {
              if (over) {
                return;
              }
              if (head != null) {
                client.answering(head);
                listener.head(head);
              } else {
                end(
                    failure instanceof HttpClosedException || failure instanceof IOException
                        ? ProviderErrors.closed(provider)
                        : ProviderErrors.noHttp(provider));
              }
            });
    listener.sent();
  }

  private void end(WeftError error) {
    over = true;
    listener.failed(error);
  }

  /** The answer has been read to its end. */
  void ended(HttpClientResponse head) {
    client.answered(head);
  }

  /** Gives the request up, in any phase; the listener is not called any more. */
  void reset() {
    over = true;
    if (request != null) {
      request.reset();
    }
  }
}
