package dev.weft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process under measurement, and where it listens.
 *
 * @param name as the report calls it
 * @param process the process; null for the upstream called directly
 * @param port its HTTP port on loopback
 * @param key API key to send
 * @param data where its embedded database lies, which is no child of its process; null without one
 */
record Subject(String name, @Nullable Process process, int port, String key, @Nullable Path data)
    implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Subject direct(int upstreamPort) {
    return new Subject("direct", null, upstreamPort, "none", null);
  }

  /** Starts a program whose first line is the URL it listens on. */
  static Subject program(String name, List<String> command) throws IOException {
    Process process = start(command, Map.of());
    return new Subject(name, process, port(firstLine(name, process)), "none", null);
  }

  /** Starts Weft with the given command, its upstream at the given port. */
  static Subject weft(String name, String command, Path data, int upstreamPort) throws IOException {
    List<String> line = new ArrayList<>(List.of("scripts/weft", command, "--json"));
    line.addAll(List.of("--port", "0", "--data", data.toString()));
    Process process =
        start(
            line,
            Map.of(
                "OPENAI_BASE_URL",
                "http://127.0.0.1:" + upstreamPort + "/v1",
                "OPENAI_API_KEY",
                "bench"));
    JsonNode ready = JSON.readTree(firstLine(name, process));
    return new Subject(
        name, process, port(ready.path("url").asText()), ready.path("key").asText(), data);
  }

  private static int port(String url) {
    String port = url.substring(url.lastIndexOf(':') + 1);
    int path = port.indexOf('/');
    return Integer.parseInt(path < 0 ? port : port.substring(0, path));
  }

  private static Process start(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(new File("target/bench-processes.log").getAbsoluteFile());
    return builder.start();
  }

  private static String firstLine(String name, Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException(name + " ended before it was ready; see target/bench-processes.log");
    }
    // The rest is drained, or the process would stop at a full pipe.
    Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
    return line;
  }

  double cpuSeconds() {
    return processes().mapToDouble(each -> new ProcessCpu(each).seconds()).sum();
  }

  double pssMegabytes() {
    return processes().mapToDouble(each -> new ProcessCpu(each).pssMegabytes()).sum();
  }

  private Stream<ProcessHandle> processes() {
    Stream<ProcessHandle> own = Stream.ofNullable(process).map(Process::toHandle);
    return Stream.concat(own, database().stream());
  }

  private Optional<ProcessHandle> database() {
    if (data == null) {
      return Optional.empty();
    }
    try {
      String pid = Files.readAllLines(data.resolve("postgres/db/postmaster.pid")).getFirst();
      return ProcessHandle.of(Long.parseLong(pid));
    } catch (IOException notRunning) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
