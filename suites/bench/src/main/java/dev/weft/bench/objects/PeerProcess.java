package dev.weft.bench.objects;

import dev.weft.durable.ProcessTag;
import dev.weft.postgres.DatabaseUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A {@link PeerMain} as the benchmark sees it: with the same JVM and flags as this process. */
final class PeerProcess implements AutoCloseable {
  private final Process process;
  private final String tag;
  private final BufferedReader answers;

  private PeerProcess(Process process) {
    this.process = process;
    this.tag = ProcessTag.of(process.toHandle());
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one and waits until it has joined.
   *
   * @param ports of all nodes, its own first
   */
  static PeerProcess start(DatabaseUrl url, String clusterName, List<Integer> ports) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PeerMain.class.getName());
    command.add(clusterName);
    ports.forEach(port -> command.add(String.valueOf(port)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().put("DATABASE_URL", url.uri());
    try {
      PeerProcess peer = new PeerProcess(builder.start());
      String ignored = peer.answer();
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /** What a supervisor knows it by. */
  String tag() {
    return tag;
  }

  /** Gives an order and waits for the answer. */
  String order(String order) {
    try {
      process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  private String answer() {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith(PeerMain.ANSWER)) {
          return line.substring(PeerMain.ANSWER.length());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("the other process has ended");
  }

  /** Ends it as {@code kill -9} does, and returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Lets it leave the cluster first, if it is still there. */
  @Override
  public void close() {
    if (process.isAlive()) {
      String ignored = order("leave");
    }
    kill();
  }
}
