package dev.weft.durable.internal.turn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an object has written and what of it is durable, as a number that grows with each stretch of
 * a turn that wrote; and what waits to leave the object until then. Thread-safe; what leaves is run
 * by whoever opened the gate for it, in the order it came, and must not block.
 */
public final class OutputGate {
  private static final Logger log = LoggerFactory.getLogger(OutputGate.class);

  private final Deque<Held> held = new ArrayDeque<>();
  private long sealed;
  private long durable;
  private @Nullable Loss loss;
  private boolean draining;

  /**
   * @param waits whether a commit must come first, its own or that of one before it
   */
  private record Held(long version, boolean waits, Exit exit) {}

  /** Something that leaves the object, or learns that it may not: one of the two, once. */
  public interface Exit {
    /**
     * @param waited whether a commit came after it, which proves who owned the object
     */
    void leave(boolean waited);

    void lost(Loss loss);
  }

  /**
   * The end of an instance.
   *
   * @param durable versions up to this one are durable
   * @param unknown versions up to this one, and beyond durable, may be or become so
   * @param reason what to tell those concerned
   */
  public record Loss(long durable, long unknown, String reason) {}

  /** A stretch of a turn has written; returns the version that this makes. */
  public synchronized long seal() {
    return ++sealed;
  }

  public synchronized long sealed() {
    return sealed;
  }

  public synchronized long durable() {
    return durable;
  }

  /** Lets something leave as soon as the version is durable. */
  public void pass(long version, Exit exit) {
    Loss lost;
    synchronized (this) {
      lost = loss;
      if (lost == null && (version > durable || draining || !held.isEmpty())) {
        Held last = held.peekLast();
        boolean waits = version > durable || last != null && last.version > durable;
        held.add(new Held(version, waits, exit));
        return;
      }
    }
    if (lost == null) {
      leave(exit, false);
    } else {
      lose(exit, lost);
    }
  }

  /** Everything up to the version is durable. */
  public void committed(long version) {
    synchronized (this) {
      durable = Math.max(durable, version);
      if (draining) {
        return;
      }
      draining = true;
    }
    // One at a time, so that what leaves keeps its order.
    for (; ; ) {
      Held next;
      synchronized (this) {
        next = held.peek();
        if (next == null || next.version > durable) {
          draining = false;
          return;
        }
        held.poll();
      }
      leave(next.exit, next.waits);
    }
  }

  /**
   * The instance is over: nothing leaves any more. Ignored when it was over already.
   *
   * @param mayBeDurable the newest version given to the database
   */
  public @Nullable Loss lose(long mayBeDurable, String reason) {
    List<Held> all;
    Loss lost;
    synchronized (this) {
      if (loss != null) {
        return null;
      }
      lost = new Loss(durable, Math.max(durable, mayBeDurable), reason);
      loss = lost;
      all = new ArrayList<>(held);
      held.clear();
    }
    for (Held each : all) {
      if (each.version <= lost.durable) {
        leave(each.exit, each.waits);
      } else {
        lose(each.exit, lost);
      }
    }
    return lost;
  }

  /** What an exit throws harms neither those behind it nor whoever opened the gate. */
  private static void leave(Exit exit, boolean waited) {
    try {
      exit.leave(waited);
    } catch (Throwable e) {
      log.error("What was to leave an object failed", e);
    }
  }

  private static void lose(Exit exit, Loss lost) {
    try {
      exit.lost(lost);
    } catch (Throwable e) {
      log.error("What was not to leave an object failed", e);
    }
  }

  public synchronized @Nullable Loss loss() {
    return loss;
  }

  /** How much waits to leave. */
  public synchronized int held() {
    return held.size();
  }
}
