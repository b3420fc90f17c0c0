package dev.weft.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The alarms of an object: each has a name and fires once, at its time or as soon after as the
 * object can run, on whichever node then owns it. Setting and deleting are writes like any other:
 * they commit with the turn.
 *
 * <p>Times are those of the database's clock ({@link ObjectContext#now}); a time that has passed
 * fires at once. The object's class must be an {@link AlarmHandler}. For the threads of the
 * object's own turns only.
 */
public interface Alarms {

  /** The name used where none is given. */
  String DEFAULT = "alarm";

  /**
   * Sets an alarm, in place of one of that name. Names have 1 to 256 characters.
   *
   * @throws dev.weft.contracts.WeftException {@code object:alarm.invalid} when the name holds a NUL
   *     or half a surrogate pair, or the time is before 1970 or out of range
   */
  void set(String name, Instant when);

  /** Sets an alarm so long from now. */
  void set(String name, Duration delay);

  /** Sets the alarm named {@link #DEFAULT}. */
  default void set(Instant when) {
    set(DEFAULT, when);
  }

  /** Sets the alarm named {@link #DEFAULT} so long from now. */
  default void set(Duration delay) {
    set(DEFAULT, delay);
  }

  /** When the alarm fires; empty when none is set, and within the handler of this one. */
  Optional<Instant> get(String name);

  /** Deletes an alarm; whether there was one. */
  boolean delete(String name);

  /** All alarms set, by name. */
  SortedMap<String, Instant> list();
}
