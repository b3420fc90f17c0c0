package dev.weft.chat.provider;

import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.StreamFilter;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Relays a streamed answer. What arrives in one pass of the event loop goes out as one item. A
 * reader that falls behind stops the reading from the provider, so that a stream costs a bounded
 * amount of memory.
 */
final class StreamRelay extends Relay {

  /** How long a connection may take to end after {@code [DONE]} before it is given up. */
  private static final long LINGER_MILLIS = 1_000;

  private final StreamFilter filter;
  private final StreamWriter<Raw> out;
  private @Nullable HttpClientResponse response;
  private byte[] reading = new byte[2_048];
  private boolean turnPlanned;
  private boolean begun;
  private boolean paused;
  private boolean settled;
  private boolean responseEnded;

  StreamRelay(
      Node node,
      Provider provider,
      String model,
      CompletionRequest request,
      StreamFilter.Options options,
      AnswerEnd end,
      StreamWriter<Raw> out) {
    super(node, provider, model, request, provider.timeouts().total(), end);
    this.out = out;
    this.filter = new StreamFilter(options, this::write);
  }

  @Override
  public void sent() {
    watchdog.expect("did not begin its answer", provider.timeouts().headers());
  }

  @Override
  public void head(HttpClientResponse head) {
    response = head;
    if (head.statusCode() != 200 || isNoStream(head.getHeader(HttpHeaders.CONTENT_TYPE))) {
      failWithBody(head);
      return;
    }
    watchdog.expect("did not send its first event", provider.timeouts().firstToken());
    head.handler(this::read);
    head.exceptionHandler(
        failure -> {
          if (!settled) {
            endPass();
          }
          if (!settled) {
            fail(ProviderErrors.cut(provider));
          }
        });
    head.endHandler(
        end -> {
          responseEnded = true;
          if (!settled && !isOver()) {
            filter.end();
            endPass();
          }
        });
  }

  /** Some servers give streams no type or an odd one, so only what cannot be a stream counts. */
  private static boolean isNoStream(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    return type.startsWith("application/json") || type.startsWith("text/html");
  }

  private void read(Buffer buffer) {
    if (settled || isOver()) {
      return;
    }
    int count = buffer.length();
    if (reading.length < count) {
      reading = new byte[count];
    }
    buffer.getBytes(reading);
    filter.feed(reading, count);
    if (!turnPlanned) {
      turnPlanned = true;
      context.runOnContext(any -> endPass());
    }
  }

  /** Hands on what this pass of the event loop brought. */
  private void endPass() {
    turnPlanned = false;
    if (settled || isOver()) {
      return;
    }
    filter.flush();
    switch (filter.state()) {
      case OPEN -> {
        if (filter.started() && !paused) {
          watchdog.expect("did not go on with its answer", provider.timeouts().idle());
        }
      }
      case DONE -> {
        settled = true;
        letGo();
        succeed(
            () -> {
              filter.finish();
              out.end();
            });
      }
      case FAILED -> {
        settled = true;
        StreamFilter.Failure failure = filter.failure();
        if (failure != null) {
          fail(ProviderErrors.ofStream(provider, failure));
        }
      }
    }
  }

  /** Lets the connection come to its end and go back to the pool, or closes it. */
  private void letGo() {
    if (responseEnded || response == null) {
      return;
    }
    response.resume();
    vertx.setTimer(
        LINGER_MILLIS,
        late -> {
          if (!responseEnded) {
            hangUp();
          }
        });
  }

  private void write(byte[] item) {
    if (!begun) {
      begun = true;
      noteFirstToken();
    }
    out.write(new Raw(item));
    if (!paused && !settled && out.writeQueueFull() && response != null) {
      paused = true;
      response.pause();
      watchdog.relax();
      out.drainHandler(room -> resume());
    }
  }

  private void resume() {
    if (paused && !isOver() && response != null) {
      paused = false;
      if (!settled) {
        watchdog.expect("did not go on with its answer", provider.timeouts().idle());
      }
      response.resume();
    }
  }

  @Override
  void tellFailure(WeftError error) {
    settled = true;
    out.fail(error.exception());
  }

  @Override
  Usage usage() {
    return filter.usage();
  }
}
