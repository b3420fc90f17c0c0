package dev.weft.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as its {@code postmaster.pid} describes it.
 *
 * @param pid its process
 * @param port where it listens; 0 while it does not say
 * @param status {@code starting}, {@code ready}, {@code stopping}; empty while it does not say
 */
record Postmaster(long pid, int port, String status) {

  /** The server named in a data directory, alive or not; null when none is. */
  static @Nullable Postmaster of(Path database) {
    try {
      List<String> lines = Files.readAllLines(file(database));
      // pid, data directory, start time, port, socket directory, address, shared memory, status
      return new Postmaster(
          Long.parseLong(lines.get(0).strip()),
          lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0,
          lines.size() > 7 ? lines.get(7).strip() : "");
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  static Path file(Path database) {
    return database.resolve("postmaster.pid");
  }

  boolean ready() {
    return status.equals("ready");
  }

  boolean alive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /**
   * Whether the process lives and is a PostgreSQL server of that directory, not a later namesake.
   */
  boolean serves(Path database) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
    try {
      // A server works in its data directory.
      return Files.isSameFile(workingDirectory, database);
    } catch (IOException e) {
      String command = process.get().info().command().orElse("");
      String name =
          command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1);
      return name.toLowerCase(Locale.ROOT).startsWith("postgres");
    }
  }
}
