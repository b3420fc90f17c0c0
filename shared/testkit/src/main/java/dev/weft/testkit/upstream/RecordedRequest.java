package dev.weft.testkit.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** A request the upstream saw. Thread-safe. */
public final class RecordedRequest {

  private final String method;
  private final String path;
  private final MultiMap headers;
  private final Buffer body;
  private final Promise<Ending> ending = Promise.promise();
  private final AtomicLong bytesWritten = new AtomicLong();

  RecordedRequest(String method, String path, MultiMap headers, Buffer body) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  /** A header's value, or an empty text. */
  public String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  public Buffer body() {
    return body;
  }

  public String bodyText() {
    return body.toString(StandardCharsets.UTF_8);
  }

  /** Bytes of the response handed to the socket so far. */
  public long bytesWritten() {
    return bytesWritten.get();
  }

  /** How the request ended; completes when it has. */
  public Future<Ending> ended() {
    return ending.future();
  }

  void wrote(int bytes) {
    bytesWritten.addAndGet(bytes);
  }

  void end(boolean byClient) {
    ending.tryComplete(new Ending(byClient, System.nanoTime()));
  }

  /**
   * An end.
   *
   * @param byClient true when the client closed before the response was complete
   * @param nanos {@link System#nanoTime()} when it was noticed
   */
  public record Ending(boolean byClient, long nanos) {}
}
