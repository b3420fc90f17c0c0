package dev.weft.durable;

import java.time.Duration;

/**
 * Bounds of one object.
 *
 * @param idle without an event for so long it is dropped
 * @param mailboxCalls calls that may wait; one more is answered {@code object:mailbox.overloaded}
 * @param mailboxBytes bytes of their arguments together
 * @param turn a turn that runs so long without waiting for anything outside is given up: the
 *     instance is reset with a log of its stack. So is a critical section or a transaction, waits
 *     included
 * @param cacheBytes stored values kept in memory while the object is active
 */
public record ObjectLimits(
    Duration idle, int mailboxCalls, int mailboxBytes, Duration turn, int cacheBytes) {

  /** Idle 60 s, 4,096 calls of 16 MiB together, 30 s for a turn, 4 MiB of values. */
  public static final ObjectLimits DEFAULT =
      new ObjectLimits(Duration.ofSeconds(60), 4_096, 16 << 20, Duration.ofSeconds(30), 4 << 20);

  public ObjectLimits withIdle(Duration newIdle) {
    return new ObjectLimits(newIdle, mailboxCalls, mailboxBytes, turn, cacheBytes);
  }

  public ObjectLimits withMailbox(int calls, int bytes) {
    return new ObjectLimits(idle, calls, bytes, turn, cacheBytes);
  }

  public ObjectLimits withTurn(Duration newTurn) {
    return new ObjectLimits(idle, mailboxCalls, mailboxBytes, newTurn, cacheBytes);
  }

  public ObjectLimits withCacheBytes(int newCacheBytes) {
    return new ObjectLimits(idle, mailboxCalls, mailboxBytes, turn, newCacheBytes);
  }
}
