package dev.weft.durable;

import java.time.Duration;
import java.util.List;

/**
 * Bounds of one object.
 *
 * @param idle without an event for so long it is dropped
 * @param mailboxCalls calls that may wait for their turn, and as many for their commit; one more is
 *     answered {@code object:mailbox.overloaded}
 * @param mailboxBytes bytes of their arguments together
 * @param turn a turn that runs so long without waiting for anything outside is given up: the
 *     instance is reset with a log of its stack. So is a critical section or a transaction, waits
 *     included
 * @param elapsed a turn that takes so long in all, with what it waits for outside, is given up as
 *     well: a call, an alarm, a task of {@code waitUntil}
 * @param cacheBytes stored values kept in memory while the object is active; 0 for none between
 *     turns
 */
public record ObjectLimits(
    Duration idle,
    int mailboxCalls,
    int mailboxBytes,
    Duration turn,
    Duration elapsed,
    int cacheBytes) {

  public ObjectLimits {
    if (!idle.isPositive() || !turn.isPositive() || !elapsed.isPositive()) {
      throw new IllegalArgumentException(
          "idle, turn and elapsed must be longer than nothing, not "
              + List.of(idle, turn, elapsed));
    }
    if (mailboxCalls < 1 || mailboxBytes < 1) {
      throw new IllegalArgumentException(
          "a mailbox must take at least one call and one byte, not "
              + List.of(mailboxCalls, mailboxBytes));
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cacheBytes must not be negative: " + cacheBytes);
    }
  }

  /**
   * Idle 60 s, 4,096 calls of 16 MiB together, 30 s for a turn, 15 min with its waits, 4 MiB of
   * values.
   */
  public static final ObjectLimits DEFAULT =
      new ObjectLimits(
          Duration.ofSeconds(60),
          4_096,
          16 << 20,
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          4 << 20);

  public ObjectLimits withIdle(Duration newIdle) {
    return new ObjectLimits(newIdle, mailboxCalls, mailboxBytes, turn, elapsed, cacheBytes);
  }

  public ObjectLimits withMailbox(int calls, int bytes) {
    return new ObjectLimits(idle, calls, bytes, turn, elapsed, cacheBytes);
  }

  public ObjectLimits withTurn(Duration newTurn) {
    return new ObjectLimits(idle, mailboxCalls, mailboxBytes, newTurn, elapsed, cacheBytes);
  }

  public ObjectLimits withElapsed(Duration newElapsed) {
    return new ObjectLimits(idle, mailboxCalls, mailboxBytes, turn, newElapsed, cacheBytes);
  }

  public ObjectLimits withCacheBytes(int newCacheBytes) {
    return new ObjectLimits(idle, mailboxCalls, mailboxBytes, turn, elapsed, newCacheBytes);
  }
}
