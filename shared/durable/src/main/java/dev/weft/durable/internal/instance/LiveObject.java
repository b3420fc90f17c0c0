package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import org.jspecify.annotations.Nullable;

/**
 * An object that is alive here, as those see it that happen to it. For the threads of its turns,
 * except where a method says otherwise.
 */
public interface LiveObject extends TurnSupport {
  /** Any thread. */
  ObjectId id();

  /** What its factory made. */
  Object made();

  AlarmTable alarms();

  /** Replies kept by request id. */
  ReplyTable replies();

  /** The database's clock; any thread. */
  long nowMillis();

  /** Runs one of the two: whether the object was owned after this call began. Any thread. */
  void whenOwned(Runnable owned, Runnable notOwned);

  /** What to tell whoever has a turn here that was cut short; any thread. */
  WeftException cutShort(Loss loss, Outcome outcome);

  /**
   * The instance is over; all that was given to the database by then may be durable. Any thread.
   */
  void endAsSent(WeftException why);

  /** Whether the turn lets no other run while it waits. */
  boolean isHolding(Turn turn);

  /** The turn waits for an answer of the other object; null when that is over. */
  void awaits(Turn turn, @Nullable ObjectId object);
}
