package dev.weft.mesh.internal;

import dev.weft.mesh.internal.Wire.Kind;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The large messages on their way to one node: each as a head and then its body in parts, as far as
 * the receiver has granted credit and the connection takes them, so that other messages pass
 * between. What is sent of the same call meanwhile follows it. Thread-safe; nothing blocks.
 */
final class PartSender {
  /** Parts handed to the connection and not yet written, beyond which none is. */
  private static final long MAX_UNWRITTEN_BYTES = 1024 * 1024;

  private static final Exception GONE = new VertxException("the node is gone", true);
  private static final Exception STALLED =
      new VertxException("the receiver took no part for too long", true);

  private final Link link;
  private final Map<Long, Transfer> transfers = new LinkedHashMap<>();
  private final Map<String, Transfer> byCall = new HashMap<>();
  private volatile int active;
  private long numbers;
  private long unwritten;
  private long waitingBytes;
  private boolean pumping;
  private boolean closed;

  /** What others are to be told once the lock is free. */
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();

  /** The way to the node. */
  @FunctionalInterface
  interface Link {
    /** Sends a message; completes when it is written. */
    Future<Void> send(MultiMap headers, Buffer body);
  }

  /** One large message. */
  private static final class Transfer {
    final long number;
    final String call;
    final Buffer body;
    final Promise<Void> done;
    final ArrayDeque<Waiting> behind = new ArrayDeque<>(0);
    int at;
    long credit;
    long movedNanos = System.nanoTime();

    Transfer(long number, String call, Buffer body, Promise<Void> done) {
      this.number = number;
      this.call = call;
      this.body = body;
      this.done = done;
    }
  }

  /** A message of a call that has a larger one on its way. */
  private record Waiting(MultiMap headers, Buffer body, Promise<Void> done) {}

  PartSender(Link link) {
    this.link = link;
  }

  /**
   * Sends a message of a call.
   *
   * @param inParts whether the receiver takes parts
   * @return completes when all of it is written
   */
  Future<Void> send(Kind kind, MultiMap headers, Buffer body, boolean inParts) {
    boolean large = inParts && body.length() > Wire.PART_BYTES;
    if (!large && active == 0) {
      return link.send(headers, body);
    }
    Promise<Void> done = Promise.promise();
    synchronized (this) {
      String call = callOf(kind, headers.get(Wire.ID));
      Transfer before = byCall.get(call);
      if (before != null && kind == Kind.CANCEL) {
        // The receiver has not begun it.
        stop(before, before.done::tryComplete);
        tellDropped(before);
        later.add(done::complete);
      } else if (before != null) {
        before.behind.add(new Waiting(headers, body, done));
      } else {
        begin(call, headers, body, done, large);
      }
    }
    runLater();
    return done.future();
  }

  private void begin(
      String call, MultiMap headers, Buffer body, Promise<Void> done, boolean large) {
    if (closed) {
      later.add(() -> done.tryFail(GONE));
    } else if (!large) {
      link.send(headers, body).onComplete(done);
    } else {
      Transfer transfer = new Transfer(++numbers, call, body, done);
      transfers.put(transfer.number, transfer);
      byCall.put(call, transfer);
      active = transfers.size();
      waitingBytes += body.length();
      headers
          .add(Wire.SIZE, Integer.toString(body.length()))
          .add(Wire.TRANSFER, Long.toString(transfer.number));
      link.send(headers, Buffer.buffer(0)).onFailure(failure -> failed(transfer, failure));
    }
  }

  /** Calls of this node and of the other one have numbers of their own. */
  private static String callOf(Kind kind, @Nullable String id) {
    return switch (kind) {
      case CALL, OPEN, CREDIT, CANCEL -> "mine " + id;
      default -> "theirs " + id;
    };
  }

  /** The receiver takes that many more parts. */
  void credit(long number, long parts) {
    synchronized (this) {
      Transfer transfer = transfers.get(number);
      if (transfer == null || parts <= 0) {
        return;
      }
      transfer.credit = Math.min(transfer.credit + parts, Wire.PART_WINDOW);
      transfer.movedNanos = System.nanoTime();
    }
    pump();
  }

  /** The receiver wants no more of it. */
  void dropped(long number) {
    synchronized (this) {
      Transfer transfer = transfers.get(number);
      if (transfer != null) {
        stop(transfer, transfer.done::tryComplete);
      }
    }
    pump();
  }

  /** Whether the request of a call has not gone out whole, so that nobody can have begun it. */
  boolean isOnItsWay(long id) {
    if (active == 0) {
      return false;
    }
    synchronized (this) {
      return byCall.containsKey(callOf(Kind.CALL, Long.toString(id)));
    }
  }

  /** Bytes of large messages that have not gone out. */
  synchronized long waitingBytes() {
    return waitingBytes;
  }

  /** Gives up what has not moved for so long. */
  void expire(long now, long silenceNanos) {
    synchronized (this) {
      for (Transfer transfer : List.copyOf(transfers.values())) {
        if (now - transfer.movedNanos > silenceNanos) {
          stop(transfer, () -> transfer.done.tryFail(STALLED));
          tellDropped(transfer);
        }
      }
    }
    runLater();
  }

  /** The node is gone. */
  void close() {
    synchronized (this) {
      closed = true;
      for (Transfer transfer : List.copyOf(transfers.values())) {
        stop(transfer, () -> transfer.done.tryFail(GONE));
      }
    }
    runLater();
  }

  private void failed(Transfer transfer, Throwable failure) {
    synchronized (this) {
      Runnable tell = () -> transfer.done.tryFail(failure);
      if (transfers.containsKey(transfer.number)) {
        stop(transfer, tell);
      } else {
        later.add(tell);
      }
    }
    pump();
  }

  private void tellDropped(Transfer transfer) {
    link.send(
        Wire.headers(Kind.DROP).add(Wire.TRANSFER, Long.toString(transfer.number)),
        Buffer.buffer(0));
  }

  /**
   * Ends a transfer before its time, and with it what waits behind.
   *
   * @param tell says so to whoever has sent it
   */
  private void stop(Transfer transfer, Runnable tell) {
    remove(transfer);
    active = transfers.size();
    later.add(tell);
    for (Waiting each : transfer.behind) {
      later.add(each.done::tryComplete);
    }
    transfer.behind.clear();
  }

  private void remove(Transfer transfer) {
    transfers.remove(transfer.number);
    byCall.remove(transfer.call);
    waitingBytes -= transfer.body.length() - transfer.at;
  }

  /** What others are told of is told without the lock: they may send again. */
  private void runLater() {
    while (!Thread.holdsLock(this)) {
      Runnable next;
      synchronized (this) {
        next = later.poll();
      }
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  private void pump() {
    sendParts();
    runLater();
  }

  /** Sends parts, of each transfer in turn, for as long as some may be sent. */
  private synchronized void sendParts() {
    if (pumping) {
      return; // the loop below sees what has changed
    }
    pumping = true;
    try {
      boolean sent = true;
      while (sent) {
        sent = false;
        for (Transfer transfer : List.copyOf(transfers.values())) {
          if (transfer.credit > 0
              && unwritten < MAX_UNWRITTEN_BYTES
              && transfers.containsKey(transfer.number)) {
            sendPart(transfer);
            sent = true;
          }
        }
      }
    } finally {
      pumping = false;
    }
  }

  private void sendPart(Transfer transfer) {
    int from = transfer.at;
    int to = Math.min(from + Wire.PART_BYTES, transfer.body.length());
    int bytes = to - from;
    transfer.at = to;
    transfer.credit--;
    transfer.movedNanos = System.nanoTime();
    unwritten += bytes;
    waitingBytes -= bytes;
    MultiMap headers =
        Wire.headers(Kind.PART)
            .add(Wire.TRANSFER, Long.toString(transfer.number))
            .add(Wire.SEQUENCE, Integer.toString(from));
    boolean last = to == transfer.body.length();
    Future<Void> written = link.send(headers, transfer.body.slice(from, to));
    if (last) {
      remove(transfer);
      follow(transfer);
      // Only now: what is sent without the lock must not overtake what has just been handed over.
      active = transfers.size();
    }
    written.onComplete((_, failure) -> written(transfer, bytes, last, failure));
  }

  private void written(Transfer transfer, int bytes, boolean last, @Nullable Throwable failure) {
    synchronized (this) {
      unwritten -= bytes;
    }
    if (failure != null) {
      failed(transfer, failure);
      return;
    }
    if (last) {
      synchronized (this) {
        later.add(transfer.done::tryComplete);
      }
    }
    pump();
  }

  /** What has waited for the end of a transfer goes out now, up to the next large message. */
  private void follow(Transfer transfer) {
    while (!transfer.behind.isEmpty()) {
      Waiting next = transfer.behind.remove();
      boolean large = next.body.length() > Wire.PART_BYTES;
      begin(transfer.call, next.headers, next.body, next.done, large);
      Transfer begun = byCall.get(transfer.call);
      if (begun != null) {
        begun.behind.addAll(transfer.behind);
        transfer.behind.clear();
      }
    }
  }
}
