package dev.weft.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's database: found, brought up to date, with a pool of connections for each service. */
public final class Database {

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(250);
  private static final String UNDEFINED_TABLE = "42P01";
  private static final int POOL_QUEUE = 2_000;

  /** One progress line in two seconds. */
  private static final int TRIES_BETWEEN_LINES = 8;

  private final Vertx vertx;
  private final DatabaseUrl url;
  private final int poolSize;
  private final Map<String, BoundedPool> pools = new HashMap<>();

  private Database(Vertx vertx, DatabaseUrl url, int poolSize) {
    this.vertx = vertx;
    this.url = url;
    this.poolSize = poolSize;
  }

  /**
   * Connects and migrates. Blocks; not for Vert.x threads.
   *
   * @param schemas each service's name, with a class that lies beside its migrations
   * @param patience how long to wait for a server that cannot be reached yet
   * @throws DatabaseFailure {@link DatabaseFailure.Kind#UNREACHABLE} when the server is not there
   *     or refuses
   */
  public static Database open(
      Vertx vertx,
      DatabaseUrl url,
      int poolSize,
      Map<String, Class<?>> schemas,
      Duration patience) {
    Database database = new Database(vertx, url, poolSize);
    List<MigrationFiles> files = new ArrayList<>();
    schemas.forEach((schema, owner) -> files.add(MigrationFiles.of(schema, owner)));
    files.removeIf(one -> one.fingerprint().isEmpty());
    Map<String, String> comments = database.connect(files, patience);
    List<MigrationFiles> ready =
        files.stream()
            .filter(one -> Migrations.marker(one).equals(comments.get(one.schema())))
            .toList();
    database.requireKnown(ready);
    files.removeAll(ready);
    if (!files.isEmpty()) {
      new Migrations(url).run(files, Thread.currentThread().getContextClassLoader());
    }
    for (String schema : schemas.keySet()) {
      database.pools.put(schema, database.pool(schema));
    }
    return database;
  }

  /** Whether the service has a schema here. */
  public boolean serves(String service) {
    return pools.containsKey(service);
  }

  /** The pool of a service that has a schema; every wait for it ends ({@link Deadline}). */
  public Pool poolOf(String service) {
    return Objects.requireNonNull(pools.get(service), service);
  }

  /**
   * Whether there is room on the disk of the service's data, as far as is known: false from a write
   * that failed for the lack of it until one succeeds. May try one itself.
   */
  public Future<Boolean> hasRoom(String service) {
    return Objects.requireNonNull(pools.get(service), service).hasRoom();
  }

  /** How a service connects on its own. */
  public PgConnectOptions optionsOf(String service) {
    return url.connectOptions(service);
  }

  /** Where it is. */
  public DatabaseUrl url() {
    return url;
  }

  /**
   * Tells of a statement that failed on a connection beside the pool of its service: health and log
   * then know of it as of one of the pool's.
   *
   * @param pool of {@link #poolOf}; another is not told
   */
  public static void failed(Pool pool, Throwable failure) {
    if (pool instanceof BoundedPool bounded) {
      bounded.failed(failure);
    }
  }

  /** Closes all pools. */
  public Future<Void> close() {
    return Future.join(pools.values().stream().map(Pool::close).toList()).mapEmpty();
  }

  private BoundedPool pool(String schema) {
    PoolOptions options =
        new PoolOptions()
            .setMaxSize(poolSize)
            .setMaxWaitQueueSize(POOL_QUEUE)
            .setConnectionTimeout((int) Deadline.POOL_WAIT.toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) Deadline.IDLE.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setName(schema);
    NetClientOptions net =
        new NetClientOptions()
            .setConnectTimeout((int) Deadline.CONNECT.toMillis())
            .setTcpKeepAlive(true)
            .setIdleTimeout((int) Deadline.SILENCE.toSeconds());
    Pool pool =
        PgBuilder.pool()
            .with(options)
            .with(net)
            .connectingTo(url.connectOptions(schema))
            .using(vertx)
            .build();
    return new BoundedPool(pool, Deadline.POOL_WAIT, Deadline.REQUEST.answer(), schema);
  }

  /** Connects once, trying again for a while; reads what the schemas say of themselves. */
  private Map<String, String> connect(List<MigrationFiles> files, Duration patience) {
    String[] names = files.stream().map(MigrationFiles::schema).toArray(String[]::new);
    long start = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      AsyncResult<Map<String, String>> result =
          Deadline.within(
                  Deadline.CONNECT,
                  PgConnection.connect(vertx, url.connectOptions(null))
                      .compose(connection -> comments(connection, names)))
              .transform(Future::succeededFuture)
              .await();
      if (result.succeeded()) {
        return result.result();
      }
      Throwable cause = result.cause();
      if (!SqlState.mayAcceptSoon(cause) || System.nanoTime() - start >= patience.toNanos()) {
        throw new DatabaseFailure(
            DatabaseFailure.Kind.UNREACHABLE, Refusals.explain(url, cause), cause);
      }
      if (attempt % TRIES_BETWEEN_LINES == 1) {
        log.atInfo()
            .addKeyValue("database", url)
            .addKeyValue("patience", patience)
            .log("Waiting for the database: {}", Refusals.reason(cause));
      }
      Waiting.pause(RETRY_PAUSE);
    }
  }

  /** Of schemas that are up to date for this program: a newer one may have been here since. */
  private void requireKnown(List<MigrationFiles> ready) {
    if (ready.isEmpty()) {
      return;
    }
    PgConnection connection =
        Deadline.within(Deadline.CONNECT, PgConnection.connect(vertx, url.connectOptions(null)))
            .await();
    try {
      for (MigrationFiles files : ready) {
        files.requireKnown(version(connection, files.schema()), url);
      }
    } finally {
      connection.close();
    }
  }

  private static int version(PgConnection connection, String schema) {
    return Deadline.CLAIM
        .bound(connection.query(Migrations.versions(schema)).execute())
        .map(rows -> rows.iterator().next().getInteger(0))
        .recover(
            failure ->
                SqlState.of(failure).equals(UNDEFINED_TABLE)
                    ? Future.succeededFuture(0)
                    : Future.failedFuture(failure))
        .await();
  }

  private static Future<Map<String, String>> comments(PgConnection connection, String[] names) {
    return connection
        .preparedQuery(Migrations.COMMENTS)
        .execute(Tuple.of(names))
        .map(
            rows -> {
              Map<String, String> found = new HashMap<>();
              for (Row row : rows) {
                if (row.getString(1) != null) {
                  found.put(row.getString(0), row.getString(1));
                }
              }
              return found;
            })
        .eventually(connection::close);
  }
}
