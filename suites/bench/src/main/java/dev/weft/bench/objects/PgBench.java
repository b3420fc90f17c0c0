package dev.weft.bench.objects;

import dev.weft.postgres.DatabaseUrl;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bare database: PostgreSQL's own load driver, written in C, which updates a row of the same
 * size in each transaction, from 64 connections.
 */
final class PgBench implements Contender {
  static final int CLIENTS = 64;
  private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");
  private static final Pattern COUNT =
      Pattern.compile("(?m)^number of transactions actually processed: ([0-9]+)");
  private static final Pattern FAILED =
      Pattern.compile("(?m)^number of failed transactions: ([0-9]+)");

  private final Plant plant;
  private final String program;
  private final String name;
  private final Path directory;
  private final Path script;

  private PgBench(Plant plant, String program, String name, String row) throws IOException {
    this.plant = plant;
    this.program = program;
    this.name = name;
    this.directory = Files.createTempDirectory("pgbench");
    this.script = directory.resolve("script.sql");
    Files.writeString(
        script,
        "UPDATE objects.bench_row SET seq = seq + 1, value = decode(repeat('00', "
            + Box.VALUE_BYTES
            + "), 'hex') WHERE id = "
            + row
            + ";\n");
  }

  /** Where the program is; empty when it is not on this machine. */
  static Optional<String> program() {
    List<Path> candidates = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      candidates.add(Path.of(folder, "pgbench"));
    }
    Path packages = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(packages)) {
      try (Stream<Path> versions = Files.list(packages)) {
        versions.forEach(version -> candidates.add(version.resolve("bin/pgbench")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return candidates.stream().filter(Files::isExecutable).map(Path::toString).findFirst();
  }

  /** A row for each connection, and one row for all. */
  static List<Contender> both(Plant plant, String program) throws IOException {
    var pool = plant.database.poolOf(Plant.SCHEMA);
    pool.query(
            "CREATE TABLE IF NOT EXISTS bench_row (id int PRIMARY KEY, seq bigint NOT NULL,"
                + " value bytea NOT NULL) WITH (fillfactor = 70)")
        .execute()
        .await();
    pool.preparedQuery(
            "INSERT INTO bench_row SELECT n, 0, $1 FROM generate_series(0, 63) n"
                + " ON CONFLICT DO NOTHING")
        .execute(Tuple.of(Buffer.buffer(BoxObject.valueOf(0))))
        .await();
    return List.of(
        new PgBench(plant, program, "pgbench, 64 clients, a row each", ":client_id"),
        new PgBench(plant, program, "pgbench, 64 clients, one hot row", "0"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Round round(double seconds) {
    try {
      double driver = Cpu.endedChildren();
      Cpu.Seconds before = plant.cpu.now();
      String output = run(Math.max(1, Math.round(seconds)));
      Cpu.Seconds cpu = plant.cpu.now().minus(before);
      driver = Cpu.endedChildren() - driver;
      double count = Math.max(1, number(COUNT, output));
      long[] latencies = latencies();
      // This process rests meanwhile; what it does all the same is not pgbench's.
      return new Round(
          (long) count,
          (int) number(FAILED, output),
          "",
          number(RATE, output),
          quantile(latencies, 0.5),
          quantile(latencies, 0.99),
          0,
          cpu.database() * 1e3 / count,
          driver * 1e3 / count,
          Double.NaN,
          Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String run(long seconds) throws IOException, InterruptedException {
    DatabaseUrl url = plant.server.url();
    ProcessBuilder builder =
        new ProcessBuilder(
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            String.valueOf(CLIENTS),
            "-j",
            String.valueOf(Plant.EVENT_LOOPS),
            "-T",
            String.valueOf(seconds),
            "-l",
            "--sampling-rate=0.05",
            "-f",
            script.toString(),
            "-h",
            url.host(),
            "-p",
            String.valueOf(url.port()),
            "-U",
            url.user(),
            url.database());
    builder.environment().put("PGPASSWORD", url.password());
    Process process = builder.directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("pgbench failed: " + output);
    }
    return output;
  }

  private static double number(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  /** Microseconds of the transactions that were logged, a sample, sorted; the logs are removed. */
  private long[] latencies() throws IOException {
    List<Path> logs;
    try (Stream<Path> files = Files.list(directory)) {
      logs = files.filter(file -> file.getFileName().toString().startsWith("pgbench_log")).toList();
    }
    List<Long> micros = new ArrayList<>();
    for (Path log : logs) {
      for (String line : Files.readAllLines(log)) {
        @Nullable String[] fields = line.split(" ");
        String latency = fields.length > 2 ? fields[2] : null;
        if (latency != null && latency.chars().allMatch(Character::isDigit)) {
          micros.add(Long.parseLong(latency));
        }
      }
      Files.delete(log);
    }
    return micros.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static double quantile(long[] micros, double quantile) {
    return micros.length == 0
        ? Double.NaN
        : micros[Math.min(micros.length - 1, (int) (quantile * micros.length))] / 1e3;
  }
}
