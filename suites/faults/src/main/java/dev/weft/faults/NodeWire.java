package dev.weft.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the driver and its nodes say to each other: one JSON object a line, over the pipes. */
final class NodeWire {
  /** Begins each line of a node that is meant for the driver; others are its log. */
  static final String MARK = "@faults ";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How to start a node.
   *
   * @param hosts whether it hosts objects, or only calls them
   */
  record NodeSpec(
      String name,
      String data,
      String tls,
      String host,
      int port,
      List<String> members,
      String database,
      String clusterName,
      String masterKey,
      boolean hosts) {}

  /**
   * A task for the callers of a node.
   *
   * @param workload its name
   * @param prefix what the names of its objects begin with
   * @param objects how many there are
   * @param callers how many call at once
   * @param pauseMillis mean pause of a caller between two calls
   * @param timeoutMillis of each call
   * @param file where the history goes
   */
  record Work(
      String workload,
      String prefix,
      int objects,
      int callers,
      int pauseMillis,
      int timeoutMillis,
      long seed,
      String file) {
    Work on(String newFile, long newSeed) {
      return new Work(
          workload, prefix, objects, callers, pauseMillis, timeoutMillis, newSeed, newFile);
    }

    /** The same on objects of its own, whose names begin with this after the run's prefix. */
    Work apart(String part) {
      return new Work(
          workload, prefix + part, objects, callers, pauseMillis, timeoutMillis, seed, file);
    }

    /** The same with another mean pause of a caller. */
    Work every(int newPauseMillis) {
      return new Work(
          workload, prefix, objects, callers, newPauseMillis, timeoutMillis, seed, file);
    }

    /** The same with another time-out of calls. */
    Work within(int newTimeoutMillis) {
      return new Work(
          workload, prefix, objects, callers, pauseMillis, newTimeoutMillis, seed, file);
    }
  }

  /**
   * From the driver.
   *
   * @param work for {@code BEGIN} and {@code BESIDE}
   * @param millis for {@code COLLECT}
   */
  record Command(Kind kind, @Nullable Work work, int millis) {
    enum Kind {
      /** Begin the work instead of what there is. */
      BEGIN,
      /** Begin the work beside what there is. */
      BESIDE,
      /** End all work and report. */
      END,
      /** Collect garbage, one full collection after the other, with much that lives. */
      COLLECT
    }
  }

  /**
   * From a node.
   *
   * @param kind {@code ready}, {@code stopped} or {@code failed}
   * @param calls how many calls were made
   * @param errors how often callers got an error, by code and outcome
   * @param heap of the node, after its work
   */
  record Report(
      String kind, String text, long calls, Map<String, Long> errors, @Nullable Heap heap) {
    Report(String kind, String text) {
      this(kind, text, 0, Map.of(), null);
    }

    /** This and what other callers report. */
    Report plus(Report other) {
      Map<String, Long> all = new TreeMap<>(errors);
      other.errors.forEach((error, count) -> all.merge(error, count, Long::sum));
      return new Report(kind, text, calls + other.calls, all, heap);
    }

    Report with(Heap newHeap) {
      return new Report(kind, text, calls, errors, newHeap);
    }
  }

  /**
   * The heap of a node.
   *
   * @param peakMegabytes most that was in use after a collection since the node began
   * @param leftMegabytes what a full collection has left
   * @param stoppedMillis how long collections have stopped the node, all together
   */
  record Heap(long peakMegabytes, long leftMegabytes, long stoppedMillis) {}

  static String write(Object message) {
    try {
      return JSON.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T read(String line, Class<T> type) {
    try {
      return JSON.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NodeWire() {}
}
