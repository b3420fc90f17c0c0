package dev.weft.durable.internal.instance;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.node.Backlog;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.WriteBuffer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an object has written and not committed: one part on its way to the database, the rest
 * together behind it. Thread-safe.
 */
public final class Commits {
  /** What Cloudflare's runtime lets an object have before it makes it wait. */
  private static final long MAX_AHEAD_BYTES = 8 << 20;

  private final OutputGate gate;
  private final Backlog backlog;
  private @Nullable WriteBuffer waiting;
  private @Nullable WriteBuffer sent;
  private long sentVersion;
  private boolean sentRelease;
  private boolean release;
  private final long epoch;
  private long seq;
  private int firstVersion;
  private long bytes;
  private @Nullable Promise<Void> room;
  private final int maxHeld;

  /**
   * @param maxHeld so many answers and the like may wait for their commit
   * @param epoch at which the object is owned
   * @param seq so many commits there have been before
   */
  public Commits(OutputGate gate, Backlog backlog, int maxHeld, long epoch, long seq) {
    this.gate = gate;
    this.backlog = backlog;
    this.maxHeld = maxHeld;
    this.epoch = epoch;
    this.seq = seq;
  }

  /** The first commit is to say which version of the class it is of; 0 when it need not. */
  public synchronized void firstVersion(int version) {
    firstVersion = version;
  }

  /**
   * Adds what a stretch of a turn wrote.
   *
   * @return the version it is durable with; 0 when there is nothing to add
   */
  public synchronized long seal(@Nullable WriteBuffer written) {
    if (written == null) {
      return 0;
    }
    if (waiting == null) {
      waiting = written;
    } else {
      waiting.addAll(written);
    }
    count();
    return gate.seal();
  }

  /** Notes how much there is now. */
  private void count() {
    long now = (waiting == null ? 0 : waiting.bytes()) + (sent == null ? 0 : sent.bytes());
    backlog.change(now - bytes);
    bytes = now;
  }

  private boolean isFarAhead() {
    return bytes > MAX_AHEAD_BYTES || gate.held() >= maxHeld;
  }

  private synchronized void makeRoom() {
    Promise<Void> awaited = room;
    if (awaited != null && !isFarAhead()) {
      room = null;
      awaited.complete();
    }
  }

  /** Completes when there is room for another turn to write; it runs ahead of the commits. */
  public synchronized Future<Void> room() {
    if (isFarAhead()) {
      Promise<Void> awaited = room;
      if (awaited == null) {
        awaited = Promise.promise();
        room = awaited;
      }
      return awaited.future();
    }
    return backlog.room();
  }

  /** Bytes of the part on its way. */
  public synchronized long sentBytes() {
    return sent == null ? 0 : sent.bytes();
  }

  /** Nothing is committed any more. */
  public void end() {
    synchronized (this) {
      waiting = null;
      sent = null;
      count();
    }
    makeRoom();
  }

  /**
   * Takes the next part to be sent; null when there is none, or one is on its way.
   *
   * @param atRelease what the last of them says of topics
   */
  public synchronized @Nullable Commit take(ObjectId id, Supplier<List<TopicWrite>> atRelease) {
    if (sent != null || waiting == null && !release) {
      return null;
    }
    WriteBuffer next = waiting == null ? new WriteBuffer() : waiting;
    waiting = null;
    if (firstVersion > 0 && !next.isEmpty()) {
      next.version(firstVersion);
      firstVersion = 0;
    }
    if (release) {
      atRelease.get().forEach(next::topic);
    }
    sent = next;
    sentVersion = gate.sealed();
    sentRelease = release;
    return new Commit(id, epoch, seq, next.toWriteSet(release));
  }

  /**
   * The part on its way is durable.
   *
   * @return whether the object has no owner now
   */
  public boolean committed() {
    long version;
    boolean released;
    synchronized (this) {
      seq++;
      sent = null;
      count();
      version = sentVersion;
      released = sentRelease;
    }
    gate.committed(version);
    makeRoom();
    return released;
  }

  public synchronized boolean hasMore() {
    return waiting != null || release;
  }

  /** The next commit gives the object up; false when that was asked before. */
  public synchronized boolean requestRelease() {
    if (release) {
      return false;
    }
    release = true;
    return true;
  }

  /** Takes the request back; false when it is too late. */
  public synchronized boolean withdrawRelease() {
    if (sentRelease) {
      return false;
    }
    release = false;
    return true;
  }

  /** Whether everything written is durable. */
  public synchronized boolean isClean() {
    return waiting == null && sent == null;
  }

  /** Whether the key's stored value may be older than what was written. */
  public synchronized boolean touches(Key key) {
    return waiting != null && waiting.touches(key) || sent != null && sent.touches(key);
  }

  /** Keys that the database may still have, though they were deleted last or are set anew. */
  public synchronized void forEachDeleted(Consumer<Key> action) {
    if (waiting != null) {
      waiting.forEachDeleted(action);
    }
    if (sent != null) {
      sent.forEachDeleted(action);
    }
  }

  /** Whether everything stored is about to be deleted. */
  public synchronized boolean clears() {
    return waiting != null && waiting.clears() || sent != null && sent.clears();
  }

  public long durable() {
    return gate.durable();
  }

  /** The newest version that was given to the database. */
  public synchronized long inFlight() {
    return sent == null ? gate.durable() : sentVersion;
  }

  public long epoch() {
    return epoch;
  }
}
