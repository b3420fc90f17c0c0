package dev.weft.gateway.http.request;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.node.http.ContentDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request's body up to a limit. What comes after a refusal is read and dropped for a
 * while: closing at once would reset the connection and lose the answer on its way to the client.
 * Event loop of the connection only.
 */
public final class BodyReader {
  private static final long MAX_DROPPED_BYTES = 64L * 1024 * 1024;
  private static final byte[] NOTHING = {};

  private final HttpServerRequest request;
  private final Limit limit;
  private final Runnable whenRead;
  private final Consumer<WeftError> whenRefused;
  private final boolean present;
  private @Nullable Buffer read;
  private long received;
  private boolean dropping;
  private boolean ended;
  private byte @Nullable [] decoded;

  /**
   * How long a body may be.
   *
   * @param setting what sets it, for people
   */
  public record Limit(int bytes, String setting) {}

  /**
   * @param stream whether the request is an HTTP/2 stream, where a body needs no header to say so
   * @param limit most bytes kept, and most that a content encoding may become
   * @param whenRead called once when the whole body is here
   * @param whenRefused called once when it is too large; the rest is then dropped
   */
  public BodyReader(
      HttpServerRequest request,
      boolean stream,
      Limit limit,
      Runnable whenRead,
      Consumer<WeftError> whenRefused) {
    this.request = request;
    this.limit = limit;
    this.whenRead = whenRead;
    this.whenRefused = whenRefused;
    this.present =
        stream
            || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
            || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Begins. Calls back at once when there is no body or its announced length is too large. */
  public void start() {
    if (!present) {
      ended = true;
      whenRead.run();
      return;
    }
    request.handler(this::chunk);
    request.endHandler(this::end);
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && parse(length) > limit.bytes()) {
      refuse();
    }
  }

  /** Whether all of it has arrived, kept or dropped. */
  public boolean ended() {
    return ended;
  }

  /** Whether a client that waits for {@code 100 Continue} will send anything at all. */
  public boolean awaitsContinue() {
    return present
        && !ended
        && received == 0
        && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /** Keeps nothing of what is still to come. */
  public void drop() {
    dropping = true;
    read = null;
  }

  /** Whether more was sent in vain than can be borne. */
  public boolean floods() {
    return dropping && received > MAX_DROPPED_BYTES;
  }

  /**
   * The body without its content encoding; empty when there is none.
   *
   * @throws WeftException when it is not what the encoding makes, or too large without it
   */
  public byte[] bytes() {
    if (read == null) {
      return NOTHING;
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (ContentDecoder.isPlain(encoding)) {
      return read.getBytes();
    }
    if (decoded == null) {
      decoded = decode(encoding, read.getBytes());
    }
    return decoded;
  }

  private byte[] decode(String encoding, byte[] body) {
    try {
      return ContentDecoder.decode(encoding, body, limit.bytes());
    } catch (ContentDecoder.TooLarge e) {
      throw tooLarge().exception();
    } catch (IOException e) {
      throw WeftError.of(
              "gateway:body",
              Reason.INVALID,
              "The request body, encoded as '" + encoding.strip() + "', " + e.getMessage() + ".")
          .exception();
    }
  }

  private void chunk(Buffer chunk) {
    received += chunk.length();
    if (dropping) {
      return;
    }
    if (received > limit.bytes()) {
      refuse();
      return;
    }
    if (read == null) {
      read = chunk;
    } else {
      read = read.appendBuffer(chunk);
    }
  }

  private void end(@Nullable Void nothing) {
    ended = true;
    whenRead.run();
  }

  private void refuse() {
    drop();
    whenRefused.accept(tooLarge());
  }

  private WeftError tooLarge() {
    return WeftError.of(
        "gateway:body",
        Reason.TOO_LARGE,
        limit.bytes() == 0
            ? "This request takes no body."
            : "The request body is larger than the limit of "
                + limit.bytes()
                + " bytes ("
                + limit.setting()
                + ").");
  }

  private static long parse(String length) {
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      // The decoder refuses malformed lengths; one beyond a long is certainly too large.
      return Long.MAX_VALUE;
    }
  }
}
