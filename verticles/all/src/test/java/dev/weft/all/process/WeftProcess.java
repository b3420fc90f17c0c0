package dev.weft.all.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A Weft process under test. Closing it leaves no process behind. */
final class WeftProcess implements AutoCloseable {
  /** The checkout: tests run in {@code verticles/all}. */
  static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  /**
   * What a shell runs in the background ignores Ctrl-C, and so does everything below it: a test run
   * started that way must still be able to interrupt. Empty where env cannot undo it.
   */
  private static final List<String> HEARS_INTERRUPTS = hearingInterrupts();

  private final Process process;
  private final List<String> command;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();

  private WeftProcess(Process process, List<String> command) {
    this.process = process;
    this.command = command;
    read(process.getInputStream(), out);
    read(process.getErrorStream(), err);
  }

  /** Runs {@code scripts/weft}, which becomes the JVM. */
  static WeftProcess weft(Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("scripts/weft").toString()));
    command.addAll(List.of(arguments));
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("WEFT_BUILD", "off");
    variables.putIfAbsent("WEFT_AOT", "off");
    return start(directory, variables, command);
  }

  /** Runs a service's fat jar. */
  static WeftProcess jar(
      Path directory, Map<String, String> environment, String service, String... arguments)
      throws IOException {
    return jar(directory, environment, jarOf(service), arguments);
  }

  /** Runs a fat jar. */
  static WeftProcess jar(
      Path directory, Map<String, String> environment, Path jar, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx400m", "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return start(directory, environment, command);
  }

  static Path jarOf(String service) {
    return HOME.resolve("verticles/" + service + "/target/weft-" + service + ".jar");
  }

  private static WeftProcess start(
      Path directory, Map<String, String> environment, List<String> command) throws IOException {
    List<String> line = new ArrayList<>(HEARS_INTERRUPTS);
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    // What the developer has set must not change the tests.
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                name.startsWith("WEFT_")
                    || name.startsWith("OPENAI_")
                    || name.startsWith("OPENROUTER_")
                    || name.equals("DATABASE_URL"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("WEFT_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return new WeftProcess(builder.start(), command);
  }

  private static List<String> hearingInterrupts() {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> probe = new ArrayList<>(prefix);
    probe.add("true");
    try {
      Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
      return process.waitFor() == 0 ? prefix : List.of();
    } catch (IOException | InterruptedException e) {
      return List.of();
    }
  }

  private static void read(InputStream stream, List<String> lines) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
              } catch (java.io.UncheckedIOException | IOException e) {
                // The process is gone.
              }
            });
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Everything printed on standard output so far. */
  String out() {
    return String.join("\n", out);
  }

  /** Everything printed on standard error so far. */
  String err() {
    return String.join("\n", err);
  }

  /** The first line on standard output. */
  String firstLine(Duration timeout) {
    await(timeout, "a line on standard output", () -> !out.isEmpty());
    return out.getFirst();
  }

  void awaitOut(Duration timeout, String text) {
    await(timeout, "'" + text + "' on standard output", () -> out().contains(text));
  }

  void awaitErr(Duration timeout, String text) {
    await(timeout, "'" + text + "' on standard error", () -> err().contains(text));
  }

  private void await(Duration timeout, String what, BooleanSupplier condition) {
    Wait.until(timeout, () -> condition.getAsBoolean() || !process.isAlive());
    // Its last lines may still be on their way.
    if (!Wait.until(Duration.ofSeconds(alive() ? 0 : 2), condition)) {
      throw new AssertionError(
          "no %s%n%s%nstandard output:%n%s%nstandard error:%n%s"
              .formatted(what, state(), out(), err()));
    }
  }

  private String state() {
    return (alive() ? "still running: " : "ended with " + process.exitValue() + ": ") + command;
  }

  /** Sends a signal by its name: INT, TERM, KILL. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
        .redirectErrorStream(true)
        .start()
        .waitFor();
  }

  /** The processes below this one, now. */
  List<ProcessHandle> descendants() {
    return process.descendants().collect(Collectors.toList());
  }

  /** The embedded database server of a working directory: a daemon, so no descendant. */
  static ProcessHandle database(Path directory) throws IOException {
    Path file = directory.resolve("data/postgres/db/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  /**
   * Whether all have ended. One that has, and that nobody has asked how, is still on the list: what
   * a machine's first process takes its time for is not ours to wait for.
   */
  static boolean haveEnded(List<ProcessHandle> processes) {
    return processes.stream().allMatch(process -> !process.isAlive() || isZombie(process));
  }

  private static boolean isZombie(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      // Gone by now, or a system without that file.
      return !process.isAlive();
    }
  }

  int awaitExit(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + timeout + "\n" + err());
    }
    return process.exitValue();
  }

  /** Ends it as Ctrl-C does, and by force with all below it when that takes long. */
  @Override
  public void close() throws Exception {
    List<ProcessHandle> below = descendants();
    if (alive()) {
      signal("TERM");
      process.waitFor(15, TimeUnit.SECONDS);
    }
    process.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
  }
}
