package dev.weft.faults.upgrade;

import dev.weft.mesh.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Services as processes on loopback: two places for each, of one version or another. */
final class UpgradeCluster implements AutoCloseable {
  private static final List<String> SERVICES = List.of("gateway", "auth", "chat", "mcp", "rag");
  private static final int PLACES = 2;
  private static final Duration START = Duration.ofSeconds(240);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final Path directory;
  private final String database;
  private final Map<String, Integer> memberPorts = new LinkedHashMap<>();
  private final Map<String, Integer> otherPorts = new HashMap<>();
  private final Map<String, Process> running = new LinkedHashMap<>();

  /**
   * @param database address of a database that all use
   */
  UpgradeCluster(Path directory, String database) throws IOException {
    this.directory = directory;
    this.database = database;
    List<Integer> free = FreePorts.find(3 * PLACES * SERVICES.size());
    int next = 0;
    for (String service : SERVICES) {
      for (int place = 0; place < PLACES; place++) {
        memberPorts.put(name(service, place), free.get(next++));
        otherPorts.put(name(service, place) + " management", free.get(next++));
        otherPorts.put(name(service, place) + " http", free.get(next++));
      }
    }
  }

  private static String name(String service, int place) {
    return service + "-" + place;
  }

  /** Where a gateway listens. */
  String gateway(int place) {
    return "http://127.0.0.1:" + port(name("gateway", place) + " http");
  }

  private int port(String what) {
    return Objects.requireNonNull(otherPorts.get(what), what);
  }

  /** The API key that is made on first start. */
  String key() throws IOException {
    return Files.readString(directory.resolve("data/dev.key")).strip();
  }

  /** Starts a process, without waiting for it. */
  void start(String service, int place, Path checkout) throws IOException {
    String name = name(service, place);
    Path jar = checkout.resolve("verticles/" + service + "/target/weft-" + service + ".jar");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx400m",
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            jar.toAbsolutePath().toString());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(known -> known.startsWith("WEFT_") || known.startsWith("OPEN"));
    environment.put("DATABASE_URL", database);
    environment.put("WEFT_CLUSTER__PORT", String.valueOf(memberPorts.get(name)));
    environment.put(
        "WEFT_CLUSTER__MEMBERS",
        memberPorts.values().stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(",")));
    environment.put("WEFT_MANAGEMENT__PORT", String.valueOf(port(name + " management")));
    environment.put("WEFT_GATEWAY__PORT", String.valueOf(port(name + " http")));
    environment.put("WEFT_RAG__INDEX_DIRECTORY", directory.resolve("index-" + name).toString());
    builder.directory(directory.toFile());
    builder.redirectOutput(log(name, "out").toFile());
    builder.redirectError(log(name, "err").toFile());
    running.put(name, builder.start());
  }

  private Path log(String name, String kind) {
    return directory.resolve(name + "." + kind);
  }

  /** Waits until the process says that it is ready. */
  void awaitReady(String service, int place) throws IOException, InterruptedException {
    String name = name(service, place);
    Process process = process(name);
    long end = System.nanoTime() + START.toNanos();
    while (!Files.readString(log(name, "out")).contains("is ready")) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        throw new IOException(
            name + " is not ready; see " + log(name, "err") + " and " + log(name, "out"));
      }
      Thread.sleep(100);
    }
  }

  /** Stops a process in good order. */
  void stop(String service, int place) throws InterruptedException {
    String name = name(service, place);
    Process process = process(name);
    process.destroy();
    if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    running.remove(name);
  }

  private Process process(String name) {
    return Objects.requireNonNull(running.get(name), name);
  }

  /** Stops what is left, the gateways first. */
  @Override
  public void close() throws InterruptedException {
    List<Process> left = new ArrayList<>(running.values());
    left.forEach(Process::destroy);
    for (Process process : left) {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
