package dev.weft.chat.provider;

import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.StreamFilter;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.StreamWriter;
import dev.weft.node.http.ContentDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * Relays a streamed answer. What arrives in one pass of the event loop goes out as one item. A
 * reader that falls behind stops the reading from the provider, so that a stream costs a bounded
 * amount of memory.
 */
final class StreamRelay extends Relay {

  /** How long a connection may take to end after {@code [DONE]} before it is given up. */
  private static final long LINGER_MILLIS = 1_000;

  /**
   * How long to wait for usage, and for {@code [DONE]}, after every choice has said why it ended.
   */
  private static final long GRACE_MILLIS = 1_000;

  private static final long NO_TIMER = -1;

  private final StreamFilter filter;
  private final StreamWriter<Raw> out;
  private final ByteBudget.Hold room;
  private long counted;
  private @Nullable HttpClientResponse response;
  private @Nullable DecodedStream decoder;
  private byte[] reading = new byte[2_048];
  private boolean turnPlanned;
  private boolean begun;
  private boolean paused;
  private boolean settled;
  private boolean responseEnded;

  /**
   * Both hold on to the whole answer: left to run out, they would keep a second's worth of them.
   */
  private long graceTimer = NO_TIMER;

  private long lingerTimer = NO_TIMER;

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
    this.room = node.budget().answer();
    this.filter = new StreamFilter(options, this::write);
  }

  @Override
  public void sent() {
    watchdog.expect("did not begin its answer", provider.timeouts().headers());
  }

  @Override
  public void head(HttpClientResponse head) {
    response = head;
    if (!isSuccess(head)) {
      failWithBody(head);
      return;
    }
    String encoding = head.getHeader("content-encoding");
    if (!ContentDecoder.isPlain(encoding)) {
      decoder = DecodedStream.of(encoding, filter);
      if (decoder == null) {
        fail(ProviderErrors.unknownEncoding(provider, encoding));
        return;
      }
    }
    watchdog.expect("did not send its first event", provider.timeouts().firstToken());
    head.handler(this::read);
    head.exceptionHandler(
        failure -> {
          responseHasEnded();
          if (!settled && !isOver()) {
            filter.cut();
            endPass();
          }
        });
    head.endHandler(
        end -> {
          responseHasEnded();
          call().ended(head);
          if (!settled && !isOver()) {
            if (decoder == null || decoder.end()) {
              filter.end();
            } else {
              filter.cut();
            }
            endPass();
          }
        });
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
    if (decoder == null) {
      filter.feed(reading, count);
    } else if (!decoder.feed(reading, count)) {
      fail(ProviderErrors.badEncoding(provider, decoder.encoding(), decoder.failure()));
      return;
    }
    if (!countEvent()) {
      fail(ProviderErrors.noRoom(provider));
      return;
    }
    if (!turnPlanned) {
      turnPlanned = true;
      context.runOnContext(any -> endPass());
    }
  }

  /** A large event is counted while it comes; false when there is no room for it. */
  private boolean countEvent() {
    if (counted == 0 && filter.buffered() <= ByteBudget.SMALL_BYTES) {
      return true; // nearly always; the hold has a lock that the whole process shares
    }
    long more = filter.buffered() - ByteBudget.SMALL_BYTES - counted;
    if (more > 0) {
      if (!room.tryGrow(more)) {
        return false;
      }
      counted += more;
    } else if (more < -counted) {
      room.shrink(counted);
      counted = 0;
    }
    return true;
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
        if (filter.complete()) {
          watchdog.relax();
          awaitEnd();
        } else if (filter.started() && !paused) {
          watchdog.expect("did not go on with its answer", provider.timeouts().idle());
        }
      }
      case DONE -> {
        settle();
        letGo();
        succeed(
            () -> {
              filter.finish();
              out.end();
            });
      }
      case FAILED -> {
        settle();
        StreamFilter.Failure failure = filter.failure();
        if (failure != null) {
          fail(error(failure));
        }
      }
    }
  }

  /** What is told is decided. */
  private void settle() {
    if (settled) {
      return;
    }
    settled = true;
    graceTimer = cancelled(graceTimer);
    room.release();
    if (decoder != null) {
      decoder.close();
    }
  }

  private void responseHasEnded() {
    responseEnded = true;
    lingerTimer = cancelled(lingerTimer);
  }

  private long cancelled(long timer) {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
    return NO_TIMER;
  }

  private WeftError error(StreamFilter.Failure failure) {
    HttpClientResponse head = response;
    if (failure.fault() == StreamFilter.Fault.NO_STREAM && head != null) {
      byte[] words = failure.words() == null ? new byte[0] : failure.words();
      return ProviderErrors.noAnswer(provider, head.statusCode(), head.headers(), words, "answer");
    }
    return ProviderErrors.ofStream(provider, failure, filter.started());
  }

  /** Everything has finished: waits a little for usage, whatever becomes of the connection. */
  private void awaitEnd() {
    if (graceTimer != NO_TIMER) {
      return;
    }
    long chunks = filter.chunks();
    graceTimer =
        vertx.setTimer(
            GRACE_MILLIS,
            passed -> {
              graceTimer = NO_TIMER;
              if (settled || isOver()) {
                return;
              }
              if (paused || filter.chunks() != chunks) {
                awaitEnd(); // More of the answer came, or what has come is not read yet.
              } else {
                filter.cut();
                endPass();
              }
            });
  }

  /** Lets the connection come to its end and go back to the pool, or closes it. */
  private void letGo() {
    if (responseEnded || response == null) {
      return;
    }
    response.resume();
    lingerTimer = vertx.setTimer(LINGER_MILLIS, late -> hangUp());
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
      if (!settled && !filter.complete()) {
        watchdog.expect("did not go on with its answer", provider.timeouts().idle());
      }
      response.resume();
    }
  }

  @Override
  void tellFailure(WeftError error) {
    settle();
    out.fail(error.exception());
  }

  @Override
  Usage usage() {
    return filter.usage();
  }

  @Override
  int repaired() {
    return filter.repaired();
  }
}
