package dev.weft.faults;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals to processes that this program started. */
final class Signals {

  /** Sends one; false when the process is gone. */
  static boolean send(String signal, long pid) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
  }

  /**
   * Stops a process for a while. Another process lets it go on, so that it does even if this one
   * ends meanwhile.
   */
  static Process pause(long pid, long millis) throws IOException {
    String script =
        "kill -STOP %d; sleep %d.%03d; kill -CONT %d"
            .formatted(pid, millis / 1_000, millis % 1_000, pid);
    return new ProcessBuilder("sh", "-c", script).start();
  }

  /** Lets a process run only now and then; another process does it, as with {@link #pause}. */
  static Process starve(long pid, int stoppedMillis, int runningMillis, int slices)
      throws IOException {
    String script =
        "i=0; while [ $i -lt %d ] && kill -STOP %d; do sleep 0.%03d; kill -CONT %d; sleep 0.%03d;"
            + " i=$((i+1)); done";
    return new ProcessBuilder(
            "sh", "-c", script.formatted(slices, pid, stoppedMillis, pid, runningMillis))
        .start();
  }

  private Signals() {}
}
