package dev.weft.all.cluster;

import dev.weft.node.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps processes running: starts one again that died, with growing pauses, and stops them all in
 * order. One thread calls {@link #run}; {@link #stop} may be called from any.
 */
public final class Supervisor {
  /** Ends that a new start would only repeat: usage and configuration. */
  private static final Set<Integer> HOPELESS =
      Set.of(ExitCode.USAGE.number(), ExitCode.CONFIG_INVALID.number());

  /** How long an ending process gets beyond what it takes for itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Child> children = new ArrayList<>();
  private final Listener listener;
  private final Consumer<String> ended;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** What the supervisor tells; called on its thread, {@code output} on others. */
  public interface Listener {
    /** A process started. */
    void started(String name, long pid);

    /** A process ended and will be started again after the delay. */
    void died(String name, int exitCode, Duration delay);

    /** A process ended in a way that starting it again would repeat; all others stop too. */
    void gaveUp(String name, int exitCode);

    /** A line that a process printed. */
    void output(String name, String line);
  }

  private sealed interface Event {
    record Exited(Process process) implements Event {}

    record StartDue(Child child, long atNanos) implements Event {}

    record Stop() implements Event {}
  }

  /**
   * @param specs processes in the order of starting; they stop in the reverse order
   * @param ended takes the {@link dev.weft.durable.ProcessTag} of each process that has ended by
   *     itself; on the supervisor's thread, so it must not take long
   */
  public Supervisor(List<ChildSpec> specs, Listener listener, Consumer<String> ended) {
    specs.forEach(spec -> children.add(new Child(spec)));
    this.listener = listener;
    this.ended = ended;
  }

  /**
   * Starts the processes and keeps them running until {@link #stop} or a hopeless end.
   *
   * @return the exit code: 0 after a stop, else that of the process that could not run
   * @throws IOException when a program cannot be run at all
   */
  public int run() throws IOException, InterruptedException {
    List<Event.StartDue> due = new ArrayList<>();
    try {
      for (Child child : children) {
        start(child);
      }
      while (true) {
        Event event = next(due);
        switch (event) {
          case null -> startDue(due);
          case Event.Stop stop -> {
            return 0;
          }
          case Event.StartDue later -> due.add(later);
          case Event.Exited exited -> {
            Integer hopeless = ended(exited.process(), due);
            if (hopeless != null) {
              return hopeless;
            }
          }
        }
      }
    } finally {
      stopAll();
    }
  }

  /** Makes {@link #run} stop all processes and return. */
  public void stop() {
    events.add(new Event.Stop());
  }

  /** Process id of the named process's present life; -1 before it has one. */
  public long pid(String name) {
    return children.stream()
        .filter(child -> child.name().equals(name))
        .mapToLong(Child::pid)
        .findFirst()
        .orElse(-1);
  }

  private @Nullable Event next(List<Event.StartDue> due) throws InterruptedException {
    if (due.isEmpty()) {
      return events.take();
    }
    long now = System.nanoTime();
    long wait = due.stream().mapToLong(start -> start.atNanos() - now).min().orElse(0);
    return events.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
  }

  private void startDue(List<Event.StartDue> due) throws IOException {
    long now = System.nanoTime();
    for (Event.StartDue start : List.copyOf(due)) {
      if (start.atNanos() - now <= 0) {
        due.remove(start);
        start(start.child());
      }
    }
  }

  private void start(Child child) throws IOException {
    BiConsumer<String, String> lines = listener::output;
    child.start(lines, process -> events.add(new Event.Exited(process)));
    listener.started(child.name(), child.pid());
  }

  /** Returns the exit code when there is no hope. */
  private @Nullable Integer ended(Process process, List<Event.StartDue> due) {
    for (Child child : children) {
      if (child.is(process)) {
        int code = process.exitValue();
        ended.accept(child.tag());
        boolean neverStarted = child.firstLife() && code == ExitCode.CONFLICT.number();
        if (HOPELESS.contains(code) || neverStarted) {
          listener.gaveUp(child.name(), code);
          return code;
        }
        Duration delay = child.delayBeforeRestart();
        listener.died(child.name(), code, delay);
        due.add(new Event.StartDue(child, System.nanoTime() + delay.toNanos()));
      }
    }
    return null;
  }

  /**
   * The last started goes first and alone, so that what it has in flight still finds the others;
   * these then stop together.
   */
  private void stopAll() throws InterruptedException {
    Child door = children.getLast();
    door.terminate();
    door.awaitEnd(PATIENCE);
    children.forEach(Child::terminate);
    for (Child child : children) {
      child.awaitEnd(PATIENCE);
    }
  }
}
