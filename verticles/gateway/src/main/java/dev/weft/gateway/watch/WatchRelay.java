package dev.weft.gateway.watch;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.FeedItem;
import dev.weft.durable.ObjectDoor.Watching;
import dev.weft.gateway.http.clock.Ongoing;
import java.time.Duration;

/**
 * Passes what an object publishes on to a client.
 *
 * <ul>
 *   <li>Items of one pass of the event loop go out as one write.
 *   <li>A client that reads slower than the object publishes pauses the stream, which keeps nothing
 *       for it: it reads on from storage. One that does not read at all for too long is ended, with
 *       an error that says after which item it may go on.
 *   <li>However it ends, the stream is cancelled and the place among the watchers given back, once.
 * </ul>
 *
 * Event loop of the connection only.
 */
public final class WatchRelay implements Ongoing {
  private static final int MAX_PASS_BYTES = 16 * 1024;

  /** How items and news reach the client. */
  public interface Sink {
    /** Says that it has begun, after which item; negative for the oldest that is kept. */
    void start(long after);

    /** Takes an item, to go out with the next {@link #flush}; returns its bytes. */
    int add(long sequence, byte[] json);

    void flush();

    boolean isFull();

    /** Something that has the client, or what is on the way, know that all is well. */
    void ping(long nowNanos);

    /** Time passes after the end. */
    void tickAfterEnd(long nowNanos);

    /** Says that no more comes, and closes. */
    void end();

    /** Says with which error it ends, and closes. */
    void fail(WeftError error);

    /** Runs something when the current pass of the event loop is over. */
    void later(Runnable action);
  }

  /**
   * What one has beside the stream.
   *
   * @param gone run once, when it has ended
   * @param pingNanos silence before a ping
   * @param stallNanos a client that reads nothing
   */
  public record Terms(Runnable gone, long pingNanos, long stallNanos) {}

  private final Sink sink;
  private final Watching watching;
  private final Terms terms;
  private long last;
  private int pending;
  private boolean flushDue;
  private boolean paused;
  private boolean yielding;
  private boolean over;
  private long pausedSince;
  private long quietSince;

  /**
   * @param nowNanos when it is made
   */
  public WatchRelay(Sink sink, Watching watching, Terms terms, long nowNanos) {
    this.sink = sink;
    this.watching = watching;
    this.terms = terms;
    this.last = watching.after();
    this.quietSince = nowNanos;
  }

  /** Begins. */
  public void start() {
    sink.start(last);
    watching.items().handler(this::item).exceptionHandler(this::failed).endHandler(_ -> ended());
  }

  private void item(FeedItem<Raw> item) {
    if (over) {
      return;
    }
    last = item.sequence();
    pending += sink.add(last, item.value().bytes());
    if (!flushDue) {
      flushDue = true;
      sink.later(this::flush);
    }
    if (pending >= MAX_PASS_BYTES && !yielding) {
      yielding = true;
      watching.items().pause();
    }
  }

  private void flush() {
    flushDue = false;
    if (over || pending == 0) {
      return;
    }
    pending = 0;
    quietSince = 0;
    sink.flush();
    pauseIfFull();
    if (yielding) {
      yielding = false;
      resume();
    }
  }

  private void pauseIfFull() {
    if (!paused && sink.isFull()) {
      paused = true;
      pausedSince = 0;
      watching.items().pause();
    }
  }

  /** The client has read what was waiting for it. */
  public void drained() {
    if (paused && !over && !sink.isFull()) {
      paused = false;
      resume();
    }
  }

  private void resume() {
    if (!paused && !yielding) {
      watching.items().resume();
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (over) {
      sink.tickAfterEnd(nowNanos);
      return;
    }
    if (paused) {
      if (pausedSince == 0) {
        pausedSince = nowNanos;
      } else if (nowNanos - pausedSince > terms.stallNanos) {
        failed(stalled());
      }
      return;
    }
    if (quietSince == 0) {
      quietSince = nowNanos;
    } else if (nowNanos - quietSince >= terms.pingNanos) {
      quietSince = nowNanos;
      sink.ping(nowNanos);
      pauseIfFull();
    }
  }

  private WeftException stalled() {
    return WeftError.of(
            "object:watcher",
            Reason.OVERLOADED,
            "Nothing was read for "
                + Duration.ofNanos(terms.stallNanos).toMillis()
                + " ms although there was something to read.")
        .exception();
  }

  @Override
  public void clientGone() {
    finish();
  }

  @Override
  public void endEarly(WeftException why) {
    failed(why);
  }

  @Override
  public void draining() {
    failed(
        WeftError.of(
                "gateway",
                Reason.UNAVAILABLE,
                "The gateway is stopping; go on after the last item.")
            .exception());
  }

  private void ended() {
    if (finish()) {
      sink.flush();
      sink.end();
    }
  }

  private void failed(Throwable failure) {
    if (!finish()) {
      return;
    }
    WeftError error = WeftException.from("gateway", failure).error();
    if (!error.details().containsKey(WeftError.RESUME) && last >= 0) {
      error = error.withDetail(WeftError.RESUME, last);
    }
    sink.flush();
    sink.fail(error);
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    watching.items().cancel();
    terms.gone.run();
    return true;
  }
}
