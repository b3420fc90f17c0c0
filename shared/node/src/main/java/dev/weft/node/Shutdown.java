package dev.weft.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what this process runs when the JVM ends. There is one hook for all of it, since the JVM
 * would run several at once: what was registered last is stopped first, one after the other.
 * Thread-safe.
 */
public final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Shutdown OWNER = new Shutdown();

  /** What is to be stopped, the latest first. */
  private final Deque<Task> tasks = new ArrayDeque<>();

  private boolean hooked;

  /** What was registered. */
  public interface Registration {
    /** It has been stopped some other way. */
    void forget();
  }

  private record Task(String name, Runnable stop) {}

  /**
   * Has something stopped before the process ends.
   *
   * @param name for the log
   * @param stop blocks until it has stopped, with a limit of its own
   */
  public static Registration register(String name, Runnable stop) {
    return OWNER.add(new Task(name, stop));
  }

  private synchronized Registration add(Task task) {
    if (!hooked) {
      hooked = true;
      Runtime.getRuntime().addShutdownHook(new Thread(this::run, "stop"));
    }
    tasks.push(task);
    return () -> forget(task);
  }

  private synchronized void forget(Task task) {
    tasks.removeIf(one -> one == task);
  }

  private synchronized @Nullable Task next() {
    return tasks.poll();
  }

  private void run() {
    for (Task task = next(); task != null; task = next()) {
      try {
        task.stop().run();
      } catch (Throwable e) {
        log.atWarn().addKeyValue("part", task.name()).setCause(e).log("Did not stop cleanly");
      }
    }
  }

  private Shutdown() {}
}
