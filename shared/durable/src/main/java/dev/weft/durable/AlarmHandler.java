package dev.weft.durable;

import java.time.Instant;

/** An object class that has alarms. */
public interface AlarmHandler {

  /** Most retries after an error of the handler. */
  int MAX_RETRIES = 6;

  /**
   * Handles an alarm; a turn like any other. The alarm is gone when it returns, in the same commit
   * as what it wrote last: however often it is delivered, that has its effect once. What it wrote
   * before it waited for something outside is durable by then, so after a crash a new run finds it;
   * what it did outside is done again. So: outside first, then write.
   *
   * <p>An error, an abort or a turn without an end is tried again after 2 s, doubling up to 1,024
   * s, with up to a quarter more by chance, {@link #MAX_RETRIES} times; the count survives a crash.
   * A handler that set or deleted this alarm itself is not tried again.
   */
  void alarm(Alarm alarm) throws Exception;

  /**
   * An alarm that fires.
   *
   * @param name its name
   * @param scheduled the time it was set to, which retries do not change
   * @param retryCount runs before this one that ended with an error, or the instance with them
   * @param retry whether it was delivered before, also when a crash cut that short
   */
  record Alarm(String name, Instant scheduled, int retryCount, boolean retry) {}
}
