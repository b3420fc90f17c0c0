package dev.weft.durable.internal.turn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an object has written and what of it is durable, as a number that grows with each stretch of
 * a turn that wrote; and what waits to leave the object until then. Thread-safe; what leaves is run
 * by whoever opened the gate for it, in the order it came, and must not block.
 */
public final class OutputGate {
  private final Deque<Held> held = new ArrayDeque<>();
  private long sealed;
  private long durable;
  private @Nullable Loss loss;
  private boolean draining;

  private record Held(long version, Exit exit) {}

  /** Something that leaves the object, or learns that it may not; only the first word counts. */
  public interface Exit {
    /**
     * @param waited whether it had to wait for a commit, which then proves who owns the object
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
      if (lost == null && (version > durable || !held.isEmpty())) {
        held.add(new Held(version, exit));
        return;
      }
    }
    if (lost == null) {
      exit.leave(false);
    } else {
      exit.lost(lost);
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
        if (loss != null || next == null || next.version > durable) {
          draining = false;
          return;
        }
      }
      next.exit.leave(true);
      synchronized (this) {
        held.poll();
      }
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
    // Exits may be told twice, by this and by committed(): the first counts.
    for (Held each : all) {
      if (each.version <= lost.durable) {
        each.exit.leave(true);
      } else {
        each.exit.lost(lost);
      }
    }
    return lost;
  }

  public synchronized @Nullable Loss loss() {
    return loss;
  }

  /** How much waits to leave. */
  public synchronized int held() {
    return held.size();
  }
}
