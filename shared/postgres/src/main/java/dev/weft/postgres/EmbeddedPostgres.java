package dev.weft.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of one's own, in a data directory. Durable as any server: nothing is traded
 * for speed. It listens on loopback and wants the password kept beside it.
 *
 * <p>A server left behind by a process that was killed is stopped before a new one starts. Methods
 * block; thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String USER = "weft";
  private static final String NAME = "postgres";

  /** A busy machine needs far longer than the half second of an idle one. */
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(5);
  private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(3);
  private static final long LOG_LIMIT_BYTES = 4L << 20;

  private static final String ROOT_ADVICE =
      "PostgreSQL does not run as root, and there is no `unshare` to give it another user. "
          + "Start Weft as an ordinary user, or set DATABASE_URL.";

  private final PostgresBinaries binaries;
  private final Path database;
  private final DataLock lock;
  private final DatabaseUrl url;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(
      PostgresBinaries binaries, Path database, DataLock lock, DatabaseUrl url) {
    this.binaries = binaries;
    this.database = database;
    this.lock = lock;
    this.url = url;
  }

  /**
   * Starts the server of a data directory, creating it on first use.
   *
   * @param dataDirectory Weft's data directory; the server keeps to {@code postgres} in it
   * @param usedBy how people reach this process, a URL, told to whoever wants the same directory;
   *     may be empty
   * @throws DatabaseFailure when it cannot start, {@link DatabaseFailure.Kind#IN_USE} when another
   *     process uses the directory
   */
  public static EmbeddedPostgres start(Path dataDirectory, String usedBy) {
    Path home = dataDirectory.toAbsolutePath().normalize().resolve("postgres");
    try {
      Files.createDirectories(home);
      DataLock lock = DataLock.take(home, usedBy);
      try {
        return start(home, lock);
      } catch (IOException | RuntimeException e) {
        lock.release();
        throw e;
      }
    } catch (IOException e) {
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          "The embedded database in " + home + " cannot be used: " + e.getMessage(),
          e);
    }
  }

  /**
   * How to connect to the server that another process runs for a data directory; empty when none
   * does.
   *
   * @throws DatabaseFailure when its password cannot be read
   */
  public static Optional<DatabaseUrl> running(Path dataDirectory) {
    Path home = dataDirectory.toAbsolutePath().normalize().resolve("postgres");
    Path database = home.resolve("db");
    Postmaster server = Postmaster.of(database);
    if (server == null || !server.ready() || !server.serves(database)) {
      return Optional.empty();
    }
    try {
      String password = Files.readString(home.resolve("password")).strip();
      return Optional.of(DatabaseUrl.of("127.0.0.1", server.port(), NAME, USER, password));
    } catch (IOException e) {
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          "The password of the embedded database in " + home + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static EmbeddedPostgres start(Path home, DataLock lock) throws IOException {
    long start = System.nanoTime();
    PostgresBinaries binaries = PostgresBinaries.unpacked(home);
    String password =
        SecretFile.readOrCreate(home.resolve("password"), EmbeddedPostgres::newPassword);
    Path database = home.resolve("db");
    if (Files.isDirectory(database)) {
      requireSameMajorVersion(database);
      stopOrphan(binaries, database);
    } else {
      initialise(binaries, home, database);
    }
    int port = launch(binaries, home, database);
    DatabaseUrl url = DatabaseUrl.of("127.0.0.1", port, NAME, USER, password);
    log.atInfo()
        .addKeyValue("port", port)
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("Embedded PostgreSQL is ready");
    return new EmbeddedPostgres(binaries, database, lock, url);
  }

  /** How to connect as the superuser. Holds the password: never log its text. */
  public DatabaseUrl url() {
    return url;
  }

  /** Stops the server: open transactions are rolled back, what was committed is on disk. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    lock.stopping();
    try {
      stop(binaries, database);
    } finally {
      lock.release();
    }
  }

  private static void requireSameMajorVersion(Path database) throws IOException {
    String found = Files.readString(database.resolve("PG_VERSION")).strip();
    String ours = PostgresBinaries.version();
    ours = ours.substring(0, ours.indexOf('.'));
    if (!found.equals(ours)) {
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          database
              + " was made by PostgreSQL "
              + found
              + ", this build brings "
              + ours
              + ". Move the data with pg_dump and pg_restore, or start with another --data.");
    }
  }

  /** Makes the database beside its place and moves it there, so that it is whole or not there. */
  private static void initialise(PostgresBinaries binaries, Path home, Path database)
      throws IOException {
    Path unfinished = home.resolve("db.unfinished");
    Trees.delete(unfinished);
    List<String> arguments =
        List.of(
            "-D",
            unfinished.toString(),
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            "--pwfile=" + home.resolve("password"),
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8");
    Path output = home.resolve("initdb.log");
    Process process = start(binaries, "initdb", arguments, output);
    if (exitCode(process) != 0) {
      throw failure("The embedded database could not be created", output);
    }
    Files.delete(output);
    Files.move(unfinished, database);
  }

  private static int launch(PostgresBinaries binaries, Path home, Path database)
      throws IOException {
    Path serverLog = home.resolve("server.log");
    if (Files.exists(serverLog) && Files.size(serverLog) > LOG_LIMIT_BYTES) {
      Files.delete(serverLog);
    }
    int port = freePort(rememberedPort(home));
    ServerSettings.write(database, port);
    List<String> arguments =
        List.of(
            "start",
            "-w",
            "-t",
            Long.toString(START_LIMIT.toSeconds()),
            "-D",
            database.toString(),
            "-l",
            serverLog.toString());
    Process pgCtl = start(binaries, "pg_ctl", arguments, home.resolve("pg_ctl.log"));
    // pg_ctl looks ten times a second and notices when the server gives up; the file is faster.
    boolean ended =
        Waiting.until(
            START_LIMIT.plusSeconds(5),
            () -> {
              Postmaster server = Postmaster.of(database);
              return (server != null && server.ready() && server.alive())
                  || (!pgCtl.isAlive() && pgCtl.exitValue() != 0);
            });
    Postmaster server = Postmaster.of(database);
    if (!ended || server == null || !server.ready()) {
      pgCtl.destroy();
      stop(binaries, database);
      throw failure("The embedded database did not start", serverLog);
    }
    Files.writeString(home.resolve("port"), Integer.toString(port));
    return port;
  }

  private static void stopOrphan(PostgresBinaries binaries, Path database) throws IOException {
    Postmaster left = Postmaster.of(database);
    if (left == null || !left.alive()) {
      // PostgreSQL itself deals with the file of a server that is gone.
      return;
    }
    if (left.serves(database)) {
      log.atWarn()
          .addKeyValue("pid", left.pid())
          .log("Stopping the database server that a killed process left behind");
      stop(binaries, database);
    } else {
      // The number went to another process meanwhile; PostgreSQL would take that for its server.
      Files.deleteIfExists(Postmaster.file(database));
    }
  }

  private static void stop(PostgresBinaries binaries, Path database) {
    Postmaster server = Postmaster.of(database);
    if (server == null || !server.serves(database)) {
      return;
    }
    // "fast" ends the sessions, "immediate" also skips the checkpoint; either loses nothing.
    for (Map.Entry<String, Duration> way :
        List.of(Map.entry("fast", FAST_STOP_LIMIT), Map.entry("immediate", IMMEDIATE_STOP_LIMIT))) {
      try {
        start(
            binaries,
            "pg_ctl",
            List.of("stop", "-W", "-m", way.getKey(), "-D", database.toString()),
            null);
      } catch (IOException e) {
        log.warn("Cannot run pg_ctl", e);
      }
      if (Waiting.until(way.getValue(), () -> gone(server, database))) {
        return;
      }
    }
    log.atWarn().addKeyValue("pid", server.pid()).log("Killing the database server");
    ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** The file goes last; the process a moment later, or becomes its parent's to collect. */
  private static boolean gone(Postmaster server, Path database) {
    if (Files.exists(Postmaster.file(database)) && server.alive()) {
      return false;
    }
    return Waiting.until(Duration.ofMillis(500), () -> !server.alive()) || !server.serves(database);
  }

  private static Process start(
      PostgresBinaries binaries, String program, List<String> arguments, @Nullable Path output)
      throws IOException {
    ProcessBuilder builder = binaries.command(program, arguments);
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        output == null
            ? ProcessBuilder.Redirect.DISCARD
            : ProcessBuilder.Redirect.to(output.toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw PostgresBinaries.isRoot() ? new IOException(ROOT_ADVICE, e) : e;
    }
  }

  private static int exitCode(Process process) {
    Waiting.until(START_LIMIT, () -> !process.isAlive());
    if (process.isAlive()) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }

  private static DatabaseFailure failure(String what, Path output) throws IOException {
    List<String> lines = Files.exists(output) ? Files.readAllLines(output) : List.of();
    String tail = String.join("\n  ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    if (tail.contains("could not look up effective user ID")) {
      return new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          "The embedded database does not start under a user id without a name. Add the id to"
              + " /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.");
    }
    String advice = PostgresBinaries.isRoot() && tail.contains("unshare") ? "\n" + ROOT_ADVICE : "";
    return new DatabaseFailure(
        DatabaseFailure.Kind.UNUSABLE, what + ". The end of " + output + ":\n  " + tail + advice);
  }

  private static int rememberedPort(Path home) {
    try {
      return Integer.parseInt(Files.readString(home.resolve("port")).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static int freePort(int wanted) throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (ServerSocket socket = new ServerSocket(wanted, 1, loopback)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      if (wanted == 0) {
        throw e;
      }
      return freePort(0);
    }
  }

  private static String newPassword() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
