package dev.weft.chat.provider;

import dev.weft.contracts.WeftError;
import dev.weft.mesh.ByteBudget;
import dev.weft.node.http.ContentDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects an answer's body up to a limit, without its content encoding. What is more than {@link
 * ByteBudget#SMALL_BYTES} takes room in the process's budget first; while there is none, nothing is
 * read. For one event loop.
 */
final class BodyCollector {

  private static final int FIRST_BYTES = 2_048;
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Provider provider;
  private final HttpClientResponse response;
  private final int limitBytes;
  private final Progress progress;
  private final ByteBudget.Hold room;
  private final Promise<byte[]> whole = Promise.promise();
  private byte[] body = new byte[0];
  private int length;
  private @Nullable Buffer waiting;

  private BodyCollector(
      Vertx vertx,
      Provider provider,
      HttpClientResponse response,
      int limitBytes,
      Progress progress,
      ByteBudget.Hold room) {
    this.vertx = vertx;
    this.provider = provider;
    this.response = response;
    this.limitBytes = limitBytes;
    this.progress = progress;
    this.room = room;
  }

  /** Told of how it goes on. */
  interface Progress {
    /** Bytes have come, or are waited for again. */
    void read();

    /** Nothing is read for a while, which is not the provider's fault. */
    default void paused() {}
  }

  /**
   * The whole body; fails with what went wrong. Completes on the response's event loop.
   *
   * @param limitBytes most bytes, encoded as well as not
   * @param progress told on each read
   * @param room takes what is read, and has it until the caller releases it
   * @param call told when the answer has been read to its end
   */
  static Future<byte[]> collect(
      Vertx vertx,
      Provider provider,
      HttpClientResponse response,
      int limitBytes,
      Progress progress,
      ByteBudget.Hold room,
      ProviderCall call) {
    BodyCollector collector =
        new BodyCollector(vertx, provider, response, limitBytes, progress, room);
    response.exceptionHandler(
        failure -> collector.whole.tryFail(ProviderErrors.cut(provider).exception()));
    response.handler(collector::read);
    response.endHandler(
        end -> {
          call.ended(response);
          collector.end();
        });
    return collector.whole.future();
  }

  private void read(Buffer read) {
    if (whole.future().isComplete()) {
      return;
    }
    progress.read();
    if (length + read.length() > limitBytes) {
      fail(ProviderErrors.tooLarge(provider, limitBytes));
    } else if (hasRoomFor(length + read.length())) {
      append(read);
    } else {
      waitFor(read);
    }
  }

  private boolean hasRoomFor(int bytes) {
    if (bytes <= body.length) {
      return true;
    }
    int size = nextSize(bytes);
    if (size > ByteBudget.SMALL_BYTES && !room.tryGrow(size - room.bytes())) {
      return false;
    }
    body = Arrays.copyOf(body, size);
    return true;
  }

  /** All that was announced, else twice what there is. */
  private int nextSize(int bytes) {
    int announced = announced();
    if (announced >= bytes) {
      return announced;
    }
    return (int) Math.min(limitBytes, Math.max(Math.max(bytes, FIRST_BYTES), 2L * body.length));
  }

  private int announced() {
    String said = response.getHeader("content-length");
    if (said == null || said.length() > 9 || !said.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int bytes = said.isEmpty() ? -1 : Integer.parseInt(said);
    return bytes <= limitBytes ? bytes : -1;
  }

  private void append(Buffer read) {
    read.getBytes(body, length);
    length += read.length();
  }

  private void waitFor(Buffer read) {
    waiting = read;
    response.pause();
    progress.paused();
    Context context = vertx.getOrCreateContext();
    long timer =
        vertx.setTimer(MAX_WAIT.toMillis(), passed -> fail(ProviderErrors.noRoom(provider)));
    int size = nextSize(length + read.length());
    boolean queued =
        room.grow(size - room.bytes(), () -> context.runOnContext(granted -> goOn(size, timer)));
    if (!queued) {
      vertx.cancelTimer(timer);
      fail(ProviderErrors.noRoom(provider));
    }
  }

  private void goOn(int size, long timer) {
    vertx.cancelTimer(timer);
    Buffer read = waiting;
    if (read == null || whole.future().isComplete()) {
      return;
    }
    waiting = null;
    body = Arrays.copyOf(body, size);
    append(read);
    progress.read();
    response.resume();
  }

  private void end() {
    if (whole.future().isComplete()) {
      return;
    }
    byte[] all = length == body.length ? body : Arrays.copyOf(body, length);
    body = all;
    decode(all);
  }

  private void decode(byte[] all) {
    String encoding = response.getHeader("content-encoding");
    if (ContentDecoder.isPlain(encoding) || all.length == 0) {
      whole.tryComplete(all);
      return;
    }
    if (!ContentDecoder.knows(encoding)) {
      fail(ProviderErrors.unknownEncoding(provider, encoding));
      return;
    }
    try {
      whole.tryComplete(ContentDecoder.decode(encoding, all, limitBytes, room));
    } catch (ContentDecoder.TooLarge e) {
      fail(ProviderErrors.tooLarge(provider, limitBytes));
    } catch (ContentDecoder.NoRoom e) {
      fail(ProviderErrors.noRoom(provider));
    } catch (IOException e) {
      fail(ProviderErrors.badEncoding(provider, encoding, e));
    }
  }

  private void fail(WeftError error) {
    body = new byte[0];
    length = 0;
    waiting = null;
    whole.tryFail(error.exception());
  }
}
