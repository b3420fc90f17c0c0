package dev.weft.faults;

import dev.weft.faults.NodeWire.NodeSpec;
import dev.weft.faults.NodeWire.Report;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One life of a node: its process and the pipes to it. */
final class NodeProcess {
  static final int HEAP_MEGABYTES = 192;

  private static final List<String> JVM =
      List.of(
          "-Xmx" + HEAP_MEGABYTES + "m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Djava.net.preferIPv4Stack=true",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final String name;
  private final Process process;
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final Writer toNode;

  private NodeProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.toNode = process.outputWriter(StandardCharsets.UTF_8);
    // Reading a pipe holds the carrier of a virtual thread.
    Thread.ofPlatform().daemon().name("reads-" + name).start(() -> read(log));
  }

  /**
   * Starts one.
   *
   * @param wrapper what is put before the command, such as the entering of a network namespace
   * @param log its output is appended to
   */
  static NodeProcess start(NodeSpec spec, List<String> wrapper, Path log) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FaultNode.class.getName());
    command.add(NodeWire.write(spec));
    ProcessBuilder builder = new ProcessBuilder(command);
    File file = log.toFile();
    builder.redirectError(ProcessBuilder.Redirect.appendTo(file));
    return new NodeProcess(spec.name(), builder.start(), log);
  }

  private void read(Path log) {
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer to =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(NodeWire.MARK)) {
          reports.add(NodeWire.read(line.substring(NodeWire.MARK.length()), Report.class));
        } else {
          to.write(line + "\n");
          to.flush();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Killed in the middle of a line.
    }
    reports.add(new Report("ended", name + " has ended"));
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The next report; fails when it is not of this kind, or does not come in time. */
  Report await(String kind, Duration limit) throws IOException, InterruptedException {
    Report report = reports.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (report == null) {
      throw new IOException(
          name + " did not say '" + kind + "' within " + limit.toSeconds() + " s");
    }
    if (!report.kind().equals(kind)) {
      throw new IOException(name + ": " + report.kind() + ": " + report.text());
    }
    return report;
  }

  void send(NodeWire.Command command) throws IOException {
    toNode.write(NodeWire.write(command) + "\n");
    toNode.flush();
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** As a supervisor does: SIGTERM, and SIGKILL if that is not enough. */
  boolean terminate(Duration limit) throws InterruptedException {
    // Not Process.destroy(): it also closes the input, at whose end a node halts.
    process.toHandle().destroy();
    boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      kill();
    }
    return ended;
  }
}
