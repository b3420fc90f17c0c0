package dev.weft.testkit.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Row 10: a disk that is slow, and then full. */
final class DiskRow {
  private static final String SIZE = "400m";

  static final List<Row> ALL =
      List.of(
          new Row(
              10,
              "commits stall for 200 ms again and again; then the database's disk is full",
              "list: append unique ids, read",
              "answers wait; nothing acknowledged is lost",
              3,
              false,
              DiskRow::run));

  private static void run(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("list"));
    while (run.timeFor(run.seconds() * 500L)) {
      try (AutoCloseable ignored = cluster.database().stallCommits()) {
        Thread.sleep(200);
      }
      run.fault("commits stalled for 200 ms");
      run.pause(10, 60);
    }
    Path disk = cluster.directory().resolve("postgres");
    if (isSmall(disk)) {
      Path filler = disk.resolve("filler");
      fill(filler);
      run.fault("disk full for 4 s");
      Thread.sleep(4_000);
      Files.delete(filler);
      cluster.database().startIfDown();
    } else {
      run.note("the full disk was not run: no small file system could be mounted here");
    }
    run.finish();
    Checks.lists(run);
  }

  /** Puts the database on a file system of its own that is soon full; whether that can be done. */
  static boolean mount(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    return command("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "faults", directory.toString());
  }

  static void unmount(Path directory) throws IOException, InterruptedException {
    if (isSmall(directory)) {
      command("umount", "-l", directory.toString());
    }
  }

  private static boolean isSmall(Path directory) throws IOException {
    return Files.exists(directory) && Files.getFileStore(directory).name().equals("faults");
  }

  private static void fill(Path filler) throws IOException {
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

  private DiskRow() {}
}
