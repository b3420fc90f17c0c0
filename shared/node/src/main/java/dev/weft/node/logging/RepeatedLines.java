package dev.weft.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.event.KeyValuePair;

/**
 * Lets a warning or error of the libraries that carry the bus pass once a minute: when a process is
 * gone, they say so for each of its connections, operations and partitions. The next such line says
 * how many were left out. Lines differ when their words do; what has a digit in it is no word.
 * Thread-safe.
 */
final class RepeatedLines extends Filter<ILoggingEvent> {
  static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private static final String[] DAMPED = {"com.hazelcast.", "io.vertx."};
  private static final int WORDS = 12;
  private static final int MAX_KINDS = 1_000;
  private static final int MAX_CHARACTERS = 500;

  private final LongSupplier nanoTime;
  private final Map<String, Passed> passed = new HashMap<>();

  RepeatedLines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private static final class Passed {
    private long atNanos;
    private int since;
  }

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (!isDamped(event)) {
      return FilterReply.NEUTRAL;
    }
    int before = leftOut(event.getLevel() + event.getLoggerName() + words(event));
    if (before < 0) {
      return FilterReply.DENY;
    }
    if (before > 0 && event instanceof LoggingEvent line) {
      line.addKeyValuePair(new KeyValuePair("like_it_before", before));
    }
    return FilterReply.NEUTRAL;
  }

  private static boolean isDamped(ILoggingEvent event) {
    if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
      return false;
    }
    for (String prefix : DAMPED) {
      if (event.getLoggerName().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How many were left out since the last one that passed; -1 when this one is left out as well.
   */
  private synchronized int leftOut(String kind) {
    long now = nanoTime.getAsLong();
    Passed last = passed.get(kind);
    if (last != null && now - last.atNanos < INTERVAL_NANOS) {
      last.since++;
      return -1;
    }
    if (last == null) {
      if (passed.size() >= MAX_KINDS) {
        passed.clear();
      }
      last = new Passed();
      passed.put(kind, last);
    }
    int before = last.since;
    last.atNanos = now;
    last.since = 0;
    return before;
  }

  private static String words(ILoggingEvent event) {
    String message = String.valueOf(event.getFormattedMessage());
    StringBuilder words = new StringBuilder();
    StringBuilder word = new StringBuilder();
    boolean digits = false;
    int count = 0;
    int end = Math.min(message.length(), MAX_CHARACTERS);
    for (int i = 0; i <= end && count < WORDS; i++) {
      char c = i < end ? message.charAt(i) : ' ';
      if (Character.isLetterOrDigit(c) || c == '-') {
        digits |= Character.isDigit(c);
        word.append(c);
      } else {
        if (!word.isEmpty() && !digits) {
          words.append(' ').append(word);
          count++;
        }
        word.setLength(0);
        digits = false;
      }
    }
    return words.toString();
  }
}
