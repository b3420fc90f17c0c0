package dev.weft.bench.objects;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectLimits;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.runtime.ObjectsRuntime;
import dev.weft.durable.internal.store.PgObjectStore;
import dev.weft.durable.internal.upkeep.Housekeeping;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.postgres.Database;
import dev.weft.postgres.EmbeddedPostgres;
import dev.weft.testkit.node.TestIdentities;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is measured, as one process of Weft has it: an embedded database, objects kept in it, and a
 * mesh that knows no other process.
 */
final class Plant implements AutoCloseable {
  static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();
  static final String SCHEMA = "objects";
  static final ObjectsOptions OPTIONS =
      ObjectsOptions.of("the bench's".getBytes(StandardCharsets.UTF_8));
  private static final int POOL = 8;
  private static final int MADE_AT_ONCE = 5_000;
  private static final String COLD =
      "WITH made AS (INSERT INTO do_object (id, namespace, name, slot, owner, epoch, seq, version,"
          + " last_turn_at) SELECT w.id, $4, w.name, w.slot, NULL, 1, 1, 1, now()"
          + " FROM unnest($1::bytea[], $2::text[], $3::int[]) AS w(id, name, slot) RETURNING id)"
          + " INSERT INTO do_kv (object_id, key, value) SELECT id, $5, $6 FROM made";

  final Vertx vertx =
      Vertx.vertx(
          new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setPreferNativeTransport(true));
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final EmbeddedPostgres server;
  final Database database;
  final PgObjectStore store;
  final Mesh mesh;
  final ObjectsRuntime objects;
  final Host host;
  final Cpu cpu;
  private final Path directory;

  /**
   * @param parent where the database's files go for the time being: on a real disk
   */
  Plant(Path parent) {
    try {
      directory = Files.createTempDirectory(parent, "objects-bench");
      server = EmbeddedPostgres.start(directory, "");
      cpu = new Cpu(postmaster(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database =
        Database.open(
            vertx, server.url(), POOL, Map.of(SCHEMA, PgObjectStore.class), Duration.ofSeconds(20));
    store = new PgObjectStore(vertx, database.optionsOf(SCHEMA), database.poolOf(SCHEMA));
    TestIdentities identities = new TestIdentities();
    mesh = Meshes.local(vertx, MeshOptions.named("bench", "0"), _ -> identities);
    NodeSurroundings surroundings = NodeSurroundings.of(vertx, store, registry);
    AtomicReference<Host> made = new AtomicReference<>();
    objects =
        new ObjectsRuntime(
            mesh,
            OPTIONS,
            registry,
            all -> {
              made.set(new Host(surroundings, mesh, OPTIONS, all));
              return made.get();
            },
            Housekeeping::new);
    host = Objects.requireNonNull(made.get());
    objects.host(ObjectClass.of(Box.BOXES, BoxObject::new)).await();
    objects
        .host(
            ObjectClass.of(Box.RESTING, BoxObject::new)
                .withLimits(ObjectLimits.DEFAULT.withIdle(Duration.ofDays(1))))
        .await();
    objects.host(ObjectClass.of(Bell.BELLS, BellObject::new)).await();
  }

  private static long postmaster(Path directory) throws IOException {
    Path file = directory.resolve("postgres/db/postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).getFirst().strip());
  }

  /** One number that the database answers. */
  long number(String sql, Object... parameters) {
    Row row =
        database
            .poolOf(SCHEMA)
            .preparedQuery(sql)
            .execute(Tuple.from(parameters))
            .await()
            .iterator()
            .next();
    return row.getValue(0) instanceof Number number ? number.longValue() : 0;
  }

  /** What the database says. */
  String text(String sql) {
    return database
        .poolOf(SCHEMA)
        .query(sql)
        .execute()
        .await()
        .iterator()
        .next()
        .getValue(0)
        .toString();
  }

  /** Stores objects that were never in memory here: one commit each, and no owner. */
  List<ObjectId> makeCold(Namespace<Box> namespace, String prefix, int count) {
    List<ObjectId> ids =
        IntStream.range(0, count).mapToObj(i -> objects.idFromName(namespace, prefix + i)).toList();
    for (int from = 0; from < count; from += MADE_AT_ONCE) {
      List<ObjectId> some = ids.subList(from, Math.min(count, from + MADE_AT_ONCE));
      Buffer[] bytes = some.stream().map(id -> Buffer.buffer(id.bytes())).toArray(Buffer[]::new);
      String[] names = some.stream().map(id -> id.name().orElseThrow()).toArray(String[]::new);
      Integer[] slots = some.stream().map(ObjectId::slot).toArray(Integer[]::new);
      database
          .poolOf(SCHEMA)
          .preparedQuery(COLD)
          .execute(
              Tuple.of(
                  bytes,
                  names,
                  slots,
                  namespace.name(),
                  Buffer.buffer(BoxObject.KEY),
                  Buffer.buffer(BoxObject.valueOf(1))))
          .await();
    }
    return ids;
  }

  /** The sum of the counters of all objects whose names begin so, as stored. */
  long storedSum(Namespace<Box> namespace, String namePrefix) {
    return number(
        "SELECT coalesce(sum(('x' || encode(substring(k.value FROM 1 FOR 8), 'hex'))::bit(64)"
            + "::bigint), 0)::bigint FROM do_kv k JOIN do_object o ON o.id = k.object_id"
            + " WHERE o.namespace = $1 AND starts_with(o.name, $2)",
        namespace.name(),
        namePrefix);
  }

  @Override
  public void close() {
    objects.drain().await();
    mesh.close().await();
    store.close().await();
    database.close().await();
    vertx.close().await();
    server.close();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
