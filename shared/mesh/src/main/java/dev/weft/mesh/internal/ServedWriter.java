package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.StreamWriter;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer's end of a stream: sends while it has credit, queues a bounded number of items while
 * it has none. Confined to the producer's context; calls from elsewhere are brought there.
 */
final class ServedWriter<T> implements StreamWriter<T> {
  /** Credit a reader grants at the start. */
  static final int WINDOW = 64;

  /** An item costs one credit for each started piece of this size. */
  static final int BYTES_PER_CREDIT = 16 * 1024;

  static final int MAX_QUEUED_ITEMS = 1_024;
  static final long MAX_QUEUED_BYTES = 8L * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger("dev.weft.mesh.streams");

  private final Context context;
  private final Endpoint<?, ?> endpoint;
  private final Outlet<T> outlet;
  private final Over onOver;
  private final ArrayDeque<Object> queue = new ArrayDeque<>(0);
  private long queuedBytes;
  private int largestQueued;
  private int credit = WINDOW;
  private int maxQueue;
  private boolean reportedFull;
  private boolean sending;
  private boolean finishing;
  private @Nullable WeftException finishWith;
  private boolean over;
  private @Nullable WeftException overBecause;
  private @Nullable Promise<Void> room;
  private @Nullable Promise<Void> finished;
  private @Nullable Handler<Void> drainHandler;
  private @Nullable Handler<Throwable> exceptionHandler;

  ServedWriter(Context context, Endpoint<?, ?> endpoint, Outlet<T> outlet, Over onOver) {
    this.context = context;
    this.endpoint = endpoint;
    this.outlet = outlet;
    this.onOver = onOver;
  }

  /** The way to the reader. Called on the producer's context. */
  interface Outlet<T> {
    /** The item as it travels and is queued. */
    Object pack(T item);

    /** Bytes of a packed item, as near as is known. */
    int weigh(Object packed);

    void item(Object packed);

    /** The last frame: the end, or the failure. */
    void finish(@Nullable WeftException failure);
  }

  /** Told once that the stream is over. */
  @FunctionalInterface
  interface Over {
    /**
     * The stream is over.
     *
     * @param finished true when the producer ended or failed it, false when it has to be told
     * @param failure what it ended with; null when it ended well
     */
    void over(boolean finished, @Nullable WeftException failure);
  }

  /** What an item of the size takes from the window. */
  static int cost(int bytes) {
    return bytes <= BYTES_PER_CREDIT ? 1 : (bytes - 1) / BYTES_PER_CREDIT + 1;
  }

  Context context() {
    return context;
  }

  @Override
  public Future<Void> write(T item) {
    if (!Contexts.inThread(context)) {
      Promise<Void> written = Contexts.promise(context);
      Contexts.execute(context, () -> write(item).onComplete(written));
      return written.future();
    }
    if (over || finishing) {
      return Future.failedFuture(closed());
    }
    Object packed;
    try {
      packed = outlet.pack(item);
    } catch (WeftException e) {
      finish(e);
      return Future.failedFuture(e);
    }
    if (credit > 0 && queue.isEmpty()) {
      credit -= cost(outlet.weigh(packed));
      outlet.item(packed);
    } else {
      queue.add(packed);
      int bytes = outlet.weigh(packed);
      queuedBytes += bytes;
      largestQueued = queue.size() == 1 ? bytes : Math.max(largestQueued, bytes);
      // One large item is no sign of a producer that does not look at its reader.
      if (queue.size() > MAX_QUEUED_ITEMS || queuedBytes - largestQueued > MAX_QUEUED_BYTES) {
        return Future.failedFuture(overflow());
      }
    }
    if (over) {
      return Future.failedFuture(closed());
    }
    return isFull() ? room().future() : Future.succeededFuture();
  }

  private boolean isFull() {
    return credit <= 0 && queue.size() >= maxQueue;
  }

  private Promise<Void> room() {
    reportedFull = true;
    Promise<Void> waiting = room;
    if (waiting == null) {
      waiting = Contexts.promise(context);
      room = waiting;
    }
    return waiting;
  }

  private WeftException closed() {
    WeftException because = overBecause;
    if (because != null) {
      return because;
    }
    return WeftError.of("mesh", Reason.CONFLICT, "This stream has ended: nothing can be written.")
        .exception();
  }

  private WeftException overflow() {
    WeftException failure =
        MeshErrors.overloaded("The reader of " + endpoint.name() + " is too slow.");
    log.atWarn()
        .addKeyValue("endpoint", endpoint.name())
        .addKeyValue("queuedItems", queue.size())
        .addKeyValue("queuedBytes", queuedBytes)
        .log("stream failed: its producer writes on although the reader is slow");
    stop(failure);
    return failure;
  }

  /** The reader takes that much more. On the producer's context. */
  void credit(int more) {
    if (over) {
      return;
    }
    credit = Math.min(credit + more, WINDOW);
    if (sending) {
      return; // the loop below sees the new credit
    }
    sending = true;
    while (credit > 0 && !queue.isEmpty() && !over) {
      Object packed = queue.remove();
      int bytes = outlet.weigh(packed);
      queuedBytes -= bytes;
      credit -= cost(bytes);
      outlet.item(packed);
    }
    sending = false;
    if (over) {
      return;
    }
    if (finishing && queue.isEmpty()) {
      complete();
    } else if (reportedFull && !isFull() && queue.isEmpty()) {
      reportedFull = false;
      Promise<Void> waiting = room;
      room = null;
      if (waiting != null) {
        waiting.complete();
      }
      if (drainHandler != null) {
        Contexts.dispatch(context, null, drainHandler);
      }
    }
  }

  @Override
  public boolean writeQueueFull() {
    boolean full = isFull() && !over;
    reportedFull |= full;
    return full;
  }

  @Override
  public Future<Void> end() {
    return finish(null);
  }

  @Override
  public void fail(WeftException failure) {
    finish(failure);
  }

  private Future<Void> finish(@Nullable WeftException failure) {
    Promise<Void> done = Contexts.promise(context);
    Contexts.execute(
        context,
        () -> {
          if (over || finishing) {
            done.fail(closed());
            return;
          }
          finishing = true;
          finishWith = failure;
          finished = done;
          if (queue.isEmpty()) {
            complete();
          }
        });
    return done.future();
  }

  private void complete() {
    over = true;
    outlet.finish(finishWith);
    Promise<Void> done = finished;
    close(true, closed());
    if (done != null) {
      done.complete();
    }
  }

  /** Ends the stream with a failure from this side, whatever is queued. */
  void stop(WeftException why) {
    if (!over) {
      over = true;
      overBecause = why;
      outlet.finish(why);
      close(false, why);
    }
  }

  /** The reader has gone: nothing more is sent. */
  void abandoned(WeftException why) {
    if (!over) {
      over = true;
      overBecause = why;
      close(false, why);
    }
  }

  private void close(boolean byProducer, WeftException why) {
    queue.clear();
    queuedBytes = 0;
    onOver.over(byProducer, byProducer ? finishWith : why);
    Promise<Void> waiting = room;
    room = null;
    if (waiting != null) {
      waiting.fail(why);
    }
    if (!byProducer) {
      if (finished != null) {
        finished.fail(why);
      }
      if (exceptionHandler != null) {
        Contexts.<Throwable>dispatch(context, why, exceptionHandler);
      }
    }
  }

  @Override
  public StreamWriter<T> drainHandler(@Nullable Handler<Void> handler) {
    drainHandler = handler;
    return this;
  }

  @Override
  public StreamWriter<T> exceptionHandler(@Nullable Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public StreamWriter<T> setWriteQueueMaxSize(int maxSize) {
    maxQueue = Math.min(maxSize, MAX_QUEUED_ITEMS);
    return this;
  }
}
