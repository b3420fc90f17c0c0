package dev.weft.bench.objects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where this process spends its processor time while something runs: samples of the flight recorder
 * by processor time where the JDK has them (JEP 509, Linux), of running Java code otherwise.
 */
final class CpuProfile {
  private static final String BY_CPU = "jdk.CPUTimeSample";
  private static final String BY_EXECUTION = "jdk.ExecutionSample";
  private static final int LINES = 60;

  private final Map<String, Integer> leaves = new HashMap<>();
  private final Map<String, Integer> nearest = new HashMap<>();
  private final Map<String, Integer> callers = new HashMap<>();
  private final Map<String, Integer> threads = new HashMap<>();
  private int samples;
  private int blind;

  /** Runs something and says where its time went. */
  static String of(Runnable work) throws IOException {
    Path file = Files.createTempFile("objects-bench", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(BY_CPU).with("throttle", "1 ms").withStackTrace();
      recording.enable(BY_EXECUTION).withPeriod(Duration.ofMillis(10)).withStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      boolean byCpu = events.stream().anyMatch(event -> name(event).equals(BY_CPU));
      CpuProfile profile = new CpuProfile();
      for (RecordedEvent event : events) {
        if (name(event).equals(byCpu ? BY_CPU : BY_EXECUTION)) {
          if (event.getStackTrace() == null) {
            profile.blind++;
          } else {
            profile.add(event);
          }
        }
      }
      return profile.report();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String name(RecordedEvent event) {
    return event.getEventType().getName();
  }

  private void add(RecordedEvent event) {
    samples++;
    RecordedThread thread =
        event.getThread(event.hasField("eventThread") ? "eventThread" : "sampledThread");
    threads.merge(thread == null ? "?" : kind(thread), 1, Integer::sum);
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    if (!frames.isEmpty()) {
      leaves.merge(text(frames.getFirst()), 1, Integer::sum);
    }
    frames.stream()
        .filter(frame -> frame.getMethod().getType().getName().startsWith("dev.weft."))
        .findFirst()
        .ifPresent(
            frame -> nearest.merge(text(frame) + ":" + frame.getLineNumber(), 1, Integer::sum));
    Set<String> seen = new HashSet<>();
    for (RecordedFrame frame : frames) {
      String text = text(frame);
      if (seen.add(text)) {
        callers.merge(text, 1, Integer::sum);
      }
    }
  }

  private static String kind(RecordedThread thread) {
    String name = thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
    if (name == null || name.isEmpty()) {
      return thread.isVirtual() ? "virtual threads" : "?";
    }
    return thread.isVirtual() ? "virtual threads" : name;
  }

  private static String text(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private String report() {
    return "samples: "
        + samples
        + ", and without a stack: "
        + blind
        + "\n\nby thread\n"
        + top(threads)
        + "\nitself\n"
        + top(leaves)
        + "\nthe nearest line of Weft\n"
        + top(nearest)
        + "\nwith what it calls\n"
        + top(callers);
  }

  private String top(Map<String, Integer> counts) {
    StringBuilder out = new StringBuilder();
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
    entries.stream()
        .limit(LINES)
        .forEach(
            entry ->
                out.append(
                    ResultTable.format(
                        "%6.1f %%  %s%n", entry.getValue() * 100.0 / samples, entry.getKey())));
    return out.toString();
  }
}
