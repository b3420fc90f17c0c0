package dev.weft.testkit.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the driver and its nodes say to each other: one JSON object a line, over the pipes. */
final class Wire {
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
  }

  /** From the driver: begins the work, or ends it when there is none. */
  record Command(@Nullable Work begin) {}

  /**
   * From a node.
   *
   * @param kind {@code ready}, {@code stopped} or {@code failed}
   * @param calls how many calls were made
   * @param errors how often callers got an error, by code and outcome
   */
  record Report(String kind, String text, long calls, Map<String, Long> errors) {}

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

  private Wire() {}
}
