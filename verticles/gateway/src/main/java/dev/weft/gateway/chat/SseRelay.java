package dev.weft.gateway.chat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.gateway.http.answer.HttpError;
import dev.weft.gateway.http.clock.Ongoing;
import dev.weft.mesh.MeshStream;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes a service's event stream on to a client, byte for byte.
 *
 * <ul>
 *   <li>The head goes out with the first item: until then a failure is still a real HTTP status.
 *   <li>After it, a failure is a last event with an error object. {@code [DONE]} is never written
 *       here, and a stream that ends well without it is reported as the failure it is.
 *   <li>Items of one pass of the event loop go out as one write.
 *   <li>A client that reads slower than the service writes pauses the service.
 *   <li>In silence a comment goes out, so that nothing on the way takes the connection for dead. It
 *       has a single newline: a comment with a blank line after it is an empty event to some
 *       clients.
 * </ul>
 *
 * Event loop of the connection only.
 */
final class SseRelay implements Ongoing {
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PING = ": ping\n".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_TURN_BYTES = 16 * 1024;

  /** Where the events go. */
  interface Sink {
    /** The service has begun to answer. */
    void firstItem();

    /** Sends status 200 and the headers of an event stream. */
    void begin();

    void write(Buffer events);

    boolean isFull();

    /** Ends the answer; the error is for the log. */
    void end(Buffer last, @Nullable WeftError error);

    /** Answers with an error status, as nothing was sent yet. */
    void refuse(WeftException failure);

    /** Closes the connection without waiting for the client to read. */
    void cut();

    /** Runs something when the current pass of the event loop is over. */
    void later(Runnable action);
  }

  private final Sink sink;
  private final MeshStream<Raw> stream;
  private final String requestId;
  private final long pingNanos;
  private final long stallNanos;
  private Buffer pending = Buffer.buffer();
  private boolean flushDue;
  private boolean answered;
  private boolean begun;
  private boolean paused;
  private boolean yielding;
  private boolean over;
  private boolean done;
  private long quietSince;
  private long pausedSince;

  SseRelay(
      Sink sink,
      MeshStream<Raw> stream,
      String requestId,
      long pingNanos,
      long stallNanos,
      long nowNanos) {
    this.sink = sink;
    this.stream = stream;
    this.requestId = requestId;
    this.pingNanos = pingNanos;
    this.stallNanos = stallNanos;
    this.quietSince = nowNanos;
  }

  /** Begins to listen to the stream. */
  void start() {
    stream.handler(this::item).exceptionHandler(this::failed).endHandler(x -> ended());
  }

  void item(Raw item) {
    if (over) {
      return;
    }
    if (!answered) {
      answered = true;
      sink.firstItem();
    }
    begin();
    done = endsWithDone(item.bytes());
    pending.appendBytes(item.bytes());
    if (!flushDue) {
      flushDue = true;
      sink.later(this::flush);
    }
    if (pending.length() >= MAX_TURN_BYTES && !yielding) {
      // A service on this event loop could write without end within the pass, and nothing else,
      // not even the client's leaving, would get its turn.
      yielding = true;
      stream.pause();
    }
  }

  /** The client has read what was waiting for it. */
  void drained() {
    if (paused && !over && !sink.isFull()) {
      paused = false;
      resume();
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (over) {
      return;
    }
    if (paused) {
      if (pausedSince == 0) {
        pausedSince = nowNanos;
      } else if (nowNanos - pausedSince > stallNanos) {
        // The connection's close ends the exchange, and with it this.
        sink.cut();
      }
      return;
    }
    pausedSince = 0;
    if (quietSince == 0) {
      quietSince = nowNanos;
    } else if (nowNanos - quietSince >= pingNanos) {
      quietSince = nowNanos;
      begin();
      sink.write(Buffer.buffer(PING));
      pauseIfFull();
    }
  }

  @Override
  public void clientGone() {
    over = true;
    stream.cancel();
  }

  @Override
  public void endEarly(WeftException why) {
    if (!over) {
      stream.cancel();
      failed(why);
    }
  }

  private void ended() {
    if (over) {
      return;
    }
    if (!done) {
      failed(
          WeftError.of(
                  "gateway:stream", Reason.UPSTREAM, "The stream ended without its final event.")
              .exception());
      return;
    }
    over = true;
    sink.end(pending, null);
  }

  private void failed(Throwable failure) {
    if (over) {
      return;
    }
    over = true;
    WeftException known = WeftException.from("gateway", failure);
    if (!begun) {
      sink.refuse(known);
      return;
    }
    pending.appendBytes(HttpError.of(known.error()).event(requestId));
    sink.end(pending, known.error());
  }

  private void begin() {
    if (!begun) {
      begun = true;
      sink.begin();
    }
  }

  private void flush() {
    flushDue = false;
    if (over || pending.length() == 0) {
      return;
    }
    Buffer events = pending;
    pending = Buffer.buffer();
    quietSince = 0;
    sink.write(events);
    pauseIfFull();
    if (yielding) {
      yielding = false;
      resume();
    }
  }

  private void resume() {
    if (!paused && !yielding) {
      stream.resume();
    }
  }

  private void pauseIfFull() {
    if (!paused && sink.isFull()) {
      paused = true;
      pausedSince = 0;
      stream.pause();
    }
  }

  private static boolean endsWithDone(byte[] bytes) {
    int from = bytes.length - DONE.length;
    return from >= 0 && Arrays.equals(bytes, from, bytes.length, DONE, 0, DONE.length);
  }
}
