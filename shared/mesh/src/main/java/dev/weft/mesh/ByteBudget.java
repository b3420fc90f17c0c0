package dev.weft.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of requests and answers a process holds in memory at once. One object a process:
 * whoever is about to keep a body asks for its bytes first, waits until there is room, and gives
 * them back when the body is let go.
 *
 * <p>Bodies of up to {@link #SMALL_BYTES} cost one addition ({@link #tryAdd}). Larger ones are
 * {@linkplain Hold held}: requests together have at most three quarters of the limit, so that there
 * is always room for the answers that they wait for, and those of one owner a third of it, or one
 * request alone. Who waits is served in turn, but for owners that have their share.
 *
 * <p>Thread-safe; nothing blocks.
 */
public final class ByteBudget {
  /** Bodies up to this size are counted without a {@link Hold}. */
  public static final int SMALL_BYTES = 64 * 1024;

  /** What a waiter may have in buffers of its connection, so that their number is bounded. */
  private static final long BYTES_PER_WAITER = 512 * 1024;

  private static final int MIN_WAITERS = 16;

  private final AtomicLong held = new AtomicLong();
  private final Object lock = new Object();
  private final Set<Hold> queue = new LinkedHashSet<>();
  private final Map<String, Long> owners = new HashMap<>();
  private long requests;
  private volatile int waiting;
  private volatile long limit;

  /**
   * @param limitBytes most bytes at once
   */
  public ByteBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  /** A quarter of the heap. */
  public static ByteBudget ofHeap() {
    return new ByteBudget(quarterOfHeap());
  }

  /** A quarter of the most memory that this process's heap may have. */
  public static long quarterOfHeap() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** Sets another limit; what is held already stays. */
  public void limit(long bytes) {
    limit = bytes;
    serve();
  }

  public long limit() {
    return limit;
  }

  /** The bytes held now. */
  public long held() {
    return held.get();
  }

  /** How many wait for room. */
  public int waiting() {
    return waiting;
  }

  /** The largest request that there can ever be room for. */
  public long largestRequest() {
    return limit / 4 * 3;
  }

  /** Counts the bytes if there is room; give them back with {@link #release}. */
  public boolean tryAdd(long bytes) {
    if (tryTake(bytes)) {
      return true;
    }
    if (waiting > 0) {
      serve(); // one that has waited may have been turned away by these bytes
    }
    return false;
  }

  private boolean tryTake(long bytes) {
    if (held.addAndGet(bytes) <= limit) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  /** Counts bytes that are in memory already, room or not. */
  public void add(long bytes) {
    held.addAndGet(bytes);
  }

  /** Gives counted bytes back. */
  public void release(long bytes) {
    held.addAndGet(-bytes);
    if (waiting > 0) {
      serve();
    }
  }

  /**
   * Something that will hold a request.
   *
   * @param owner whose share it counts to; empty for none
   */
  public Hold request(String owner) {
    return new Hold(owner, true);
  }

  /** Something that will hold an answer. */
  public Hold answer() {
    return new Hold("", false);
  }

  /** Gives room to those who wait for it, as far as there is any. */
  private void serve() {
    List<Runnable> served = new ArrayList<>(1);
    synchronized (lock) {
      boolean requestsWait = false;
      for (Iterator<Hold> all = queue.iterator(); all.hasNext(); ) {
        Hold next = all.next();
        if (next.isRequest && (requestsWait || !next.ownerHasRoom())) {
          continue;
        }
        Runnable granted = next.granted;
        if (granted != null && next.take(next.wanted)) {
          all.remove();
          next.granted = null;
          served.add(granted);
        } else if (next.isRequest) {
          requestsWait = true; // a large one is not overtaken for ever by smaller ones
        } else {
          break;
        }
      }
      waiting = queue.size();
    }
    served.forEach(Runnable::run);
  }

  /** Bytes held by one body. */
  public final class Hold {
    private final String owner;
    private final boolean isRequest;
    private long bytes;
    private long wanted;
    private @Nullable Runnable granted;
    private boolean over;

    private Hold(String owner, boolean isRequest) {
      this.owner = owner;
      this.isRequest = isRequest;
    }

    /** Takes more bytes at once; false when there is no room. */
    public boolean tryGrow(long more) {
      synchronized (lock) {
        return !over && (!isRequest || ownerHasRoom(more)) && take(more);
      }
    }

    /**
     * Takes more bytes as soon as there is room. One call at a time.
     *
     * @param whenTaken called once, on this thread or on any that gives bytes back; a {@link
     *     #release} of that moment may cross it
     * @return false when too many wait already, and then nothing happens
     */
    public boolean grow(long more, Runnable whenTaken) {
      synchronized (lock) {
        if (over) {
          return true;
        }
        if (queue.size() >= Math.max(MIN_WAITERS, limit / BYTES_PER_WAITER)) {
          return false;
        }
        wanted = more;
        granted = whenTaken;
        queue.add(this);
        // Before the look for room: who gives bytes back afterwards sees that somebody waits.
        waiting = queue.size();
      }
      serve();
      return true;
    }

    /** Gives some bytes back. */
    public void shrink(long fewer) {
      synchronized (lock) {
        give(Math.min(fewer, bytes));
      }
      if (waiting > 0) {
        serve();
      }
    }

    /** Gives all back and waits no more. Later calls do nothing. */
    public void release() {
      synchronized (lock) {
        if (over) {
          return;
        }
        over = true;
        granted = null;
        if (queue.remove(this)) {
          waiting = queue.size();
        }
        give(bytes);
      }
      if (waiting > 0) {
        serve();
      }
    }

    /** Bytes it has. */
    public long bytes() {
      synchronized (lock) {
        return bytes;
      }
    }

    private boolean ownerHasRoom() {
      return ownerHasRoom(wanted);
    }

    private boolean ownerHasRoom(long more) {
      if (owner.isEmpty()) {
        return true;
      }
      long has = owners.getOrDefault(owner, 0L);
      return has == bytes || has + more <= limit / 3;
    }

    private boolean take(long more) {
      if (isRequest && requests + more > largestRequest() || !tryTake(more)) {
        return false;
      }
      bytes += more;
      if (isRequest) {
        requests += more;
        if (!owner.isEmpty()) {
          owners.merge(owner, more, Long::sum);
        }
      }
      return true;
    }

    private void give(long fewer) {
      bytes -= fewer;
      held.addAndGet(-fewer);
      if (isRequest) {
        requests -= fewer;
        if (!owner.isEmpty() && fewer > 0) {
          owners.computeIfPresent(owner, (name, has) -> has <= fewer ? null : has - fewer);
        }
      }
    }
  }
}
