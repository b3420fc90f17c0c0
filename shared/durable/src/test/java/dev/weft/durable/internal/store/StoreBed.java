package dev.weft.durable.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.postgres.Database;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database server with a store on it, and short words for what tests do with it. */
final class StoreBed implements AutoCloseable {
  static final Duration TTL = Duration.ofSeconds(30);
  private static final SecureRandom RANDOM = new SecureRandom();

  final Vertx vertx = Vertx.vertx();
  private final Path directory = directory();
  private final EmbeddedPostgres server = EmbeddedPostgres.start(directory, "");
  final DatabaseUrl url = server.url();
  final Database database =
      Database.open(vertx, url, 4, Map.of("objects", PgObjectStore.class), Duration.ofSeconds(20));
  final ObjectStore store = open();

  ObjectStore open() {
    return new PgObjectStore(vertx, database.optionsOf("objects"), database.poolOf("objects"));
  }

  @Override
  public void close() {
    store.close().await();
    database.close().await();
    vertx.close().await();
    server.close();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("weft-store");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for what happens elsewhere, by looking again and again; 10 s at most. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError("not within 10 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  static <T extends @Nullable Object> T get(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  /** A node that is alive. */
  String node(String nodeId) {
    return node(nodeId, TTL);
  }

  String node(String nodeId, Duration ttl) {
    String incarnation = UUID.randomUUID().toString();
    get(store.register(incarnation, nodeId, "", ttl));
    return incarnation;
  }

  ObjectStore.Lane lane(String incarnation) {
    return store.openLane(incarnation, () -> true);
  }

  static ObjectId id(@Nullable String name) {
    return id("test", name);
  }

  static ObjectId id(String namespace, @Nullable String name) {
    byte[] bytes = new byte[ObjectId.BYTES];
    RANDOM.nextBytes(bytes);
    return new ObjectId(namespace, bytes, name);
  }

  ClaimResult tryClaim(String incarnation, ObjectId id) {
    return get(store.claim(incarnation, List.of(new Claim(id, true, 1)))).getFirst();
  }

  ClaimResult.Claimed claim(String incarnation, ObjectId id) {
    ClaimResult result = tryClaim(incarnation, id);
    assertThat(result).isInstanceOf(ClaimResult.Claimed.class);
    return (ClaimResult.Claimed) result;
  }

  static Commit commit(ObjectId id, long epoch, long seq, WriteSet writes) {
    return new Commit(id, epoch, seq, writes);
  }

  /** Keys and values in turn; a null value deletes. */
  static WriteSet put(@Nullable String... pairs) {
    return WriteSets.of(false, entries(pairs), Map.of(), List.of(), 0, false);
  }

  static WriteSet clearAndPut(@Nullable String... pairs) {
    return WriteSets.of(true, entries(pairs), Map.of(), List.of(), 0, false);
  }

  static WriteSet release(@Nullable String... pairs) {
    return WriteSets.of(false, entries(pairs), Map.of(), List.of(), 0, true);
  }

  static WriteSet alarms(Map<String, WriteSet.@Nullable AlarmRow> alarms) {
    return WriteSets.of(false, new TreeMap<>(), alarms, List.of(), 0, false);
  }

  private static SortedMap<Key, byte @Nullable []> entries(@Nullable String... pairs) {
    SortedMap<Key, byte @Nullable []> entries = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      String value = pairs[i + 1];
      entries.put(
          Key.of(String.valueOf(pairs[i])),
          value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }
    return entries;
  }

  static CommitResult commitOne(ObjectStore.Lane lane, Commit commit) {
    return get(lane.commit(List.of(commit))).getFirst();
  }

  static Map<String, String> text(SortedMap<Key, byte[]> entries) {
    Map<String, String> text = new TreeMap<>();
    entries.forEach(
        (key, value) -> text.put(key.text(), new String(value, StandardCharsets.UTF_8)));
    return text;
  }

  Map<String, String> stored(ObjectId id) {
    return text(
        get(store.range(id, new ObjectStore.Range(null, true, null, false, Integer.MAX_VALUE))));
  }

  /** A session of its own, to lock and look with. */
  Connection session() throws SQLException {
    Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = objects");
    }
    return connection;
  }

  static void lock(Connection session, ObjectId id) throws SQLException {
    session.setAutoCommit(false);
    try (Statement statement = session.createStatement()) {
      statement.execute("SELECT 1 FROM do_object WHERE id = " + literal(id) + " FOR UPDATE");
    }
  }

  static String literal(ObjectId id) {
    return "'\\x" + HexFormat.of().formatHex(id.bytes()) + "'::bytea";
  }

  long count(String sql) {
    try (Connection session = session();
        Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Sessions of a node that wait for a lock. */
  long waiting(String incarnation) {
    return count(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'weft-objects "
            + incarnation
            + "' AND wait_event_type = 'Lock'");
  }
}
