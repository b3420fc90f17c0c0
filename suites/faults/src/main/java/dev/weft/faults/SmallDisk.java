package dev.weft.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A file system in memory that is soon full. */
final class SmallDisk {
  private static final String SIZE = "400m";

  /** Puts the database on a file system of its own that is soon full; whether that can be done. */
  static boolean mount(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    return command("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "faults", directory.toString());
  }

  static void unmount(Path directory) throws IOException, InterruptedException {
    if (is(directory)) {
      command("umount", "-l", directory.toString());
    }
  }

  /** Whether the directory is on such a file system. */
  static boolean is(Path directory) throws IOException {
    return Files.exists(directory) && Files.getFileStore(directory).name().equals("faults");
  }

  /** Writes until there is no room left. */
  static void fill(Path filler) throws IOException {
    byte[] block = new byte[64 * 1_024];
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (; ; ) {
        out.write(block);
      }
    } catch (IOException e) {
      // Full.
    }
  }

  private static boolean command(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS)
        && process.exitValue() == 0;
  }

  private SmallDisk() {}
}
