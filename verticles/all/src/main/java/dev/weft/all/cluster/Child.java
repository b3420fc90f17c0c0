package dev.weft.all.cluster;

import dev.weft.durable.ProcessTag;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One supervised process. It ignores the interrupt of the terminal, so that the supervisor alone
 * decides when it stops, and it holds the reading end of a pipe whose writing end closes with this
 * process, however that ends: a child that sees the end of its input stops.
 *
 * <p>Belongs to the supervisor's thread.
 */
final class Child {
  /** Runs a program that does not see the terminal's interrupt. */
  private static final List<String> NO_INTERRUPT =
      List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

  private final ChildSpec spec;
  private final BackOff backOff = new BackOff();
  private volatile @Nullable Process process;
  private @Nullable OutputStream leash;
  private long startedNanos;
  private int starts;
  private String tag = "";

  Child(ChildSpec spec) {
    this.spec = spec;
  }

  String name() {
    return spec.name();
  }

  /**
   * Starts the process.
   *
   * @param lines takes each line it prints, on a thread of its own
   * @param exited takes the process when it has ended, on any thread
   */
  void start(BiConsumer<String, String> lines, Consumer<Process> exited) throws IOException {
    List<String> command = new ArrayList<>(NO_INTERRUPT);
    command.addAll(spec.command());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(spec.environment());
    Process started = builder.start();
    process = started;
    tag = ProcessTag.of(started.toHandle());
    leash = started.getOutputStream();
    startedNanos = System.nanoTime();
    starts++;
    Thread.ofPlatform().daemon().name("output of " + name()).start(() -> copyLines(started, lines));
    started.onExit().thenAccept(exited);
  }

  private void copyLines(Process started, BiConsumer<String, String> lines) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(name(), line);
      }
    } catch (IOException e) {
      // The process is gone, and with it its output.
    }
  }

  boolean is(Process other) {
    return other.equals(process);
  }

  /** What its present or last life is known by. */
  String tag() {
    return tag;
  }

  /** Whether this is the first time it runs. */
  boolean firstLife() {
    return starts <= 1;
  }

  /** Its process id, for any thread; -1 before the first start. */
  long pid() {
    Process current = process;
    return current == null ? -1 : current.pid();
  }

  Duration delayBeforeRestart() {
    return backOff.after(Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  /** Asks the process to stop. */
  void terminate() {
    Process current = process;
    if (current != null) {
      // Not Process.destroy(): it also closes the pipe that the last lines come through.
      current.toHandle().destroy();
    }
    if (leash != null) {
      try {
        leash.close();
      } catch (IOException e) {
        // It has stopped reading already.
      }
    }
  }

  /** Waits for the process to end, and kills it when it does not in time. */
  void awaitEnd(Duration timeout) throws InterruptedException {
    Process current = process;
    if (current != null && !current.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      current.destroyForcibly().waitFor();
    }
  }
}
