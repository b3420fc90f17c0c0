package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoundedPoolIT {

  /** Short, so that the tests are. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final EmbeddedPostgres server;
  private final Database database;

  BoundedPoolIT(Vertx vertx, @TempDir Path data) {
    this.vertx = vertx;
    server = EmbeddedPostgres.start(data, "");
    database =
        Database.open(
            vertx, server.url(), 2, Map.of("bare", BoundedPoolIT.class), Duration.ofSeconds(20));
  }

  @AfterAll
  void stop() {
    database.close().await();
    server.close();
  }

  @Test
  void theServerGivesUpAStatementOfAPool() {
    assertThat(limit(database.poolOf("bare"))).isEqualTo("10s");
  }

  @Test
  void aLongTransactionHasItsOwnLimitAndLeavesThatOfTheConnection() {
    Pool pool = database.poolOf("bare");
    String within = Transactions.run(pool, Deadline.LONG, connection -> limit(connection));
    assertThat(within).isEqualTo("1min");
    assertThat(limit(pool)).isEqualTo("10s");
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedFor() {
    try (SilentProxy proxy = new SilentProxy(vertx, server.url())) {
      Pool pool = pool(proxy.url(server.url()), Duration.ofSeconds(20), 2);
      assertThat(pool.query("SELECT 1").execute().await().size()).isEqualTo(1);
      SqlConnection connection = pool.getConnection().await();
      Transaction transaction = connection.begin().await();
      assertThat(pool.query("SELECT 1").execute().await().size()).isEqualTo(1);
      proxy.fallSilent();
      assertThatThrownBy(() -> connection.query("SELECT 1").execute().await())
          .isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> transaction.commit().await()).isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aStatementThatGetsNoConnectionIsNotWaitedFor() {
    Pool pool = pool(server.url(), SHORT, 1);
    SqlConnection held = pool.getConnection().await();
    assertThatThrownBy(() -> pool.query("SELECT 1").execute().await())
        .hasMessageContaining("imeout");
    assertThatThrownBy(() -> pool.withTransaction(one -> one.query("SELECT 1").execute()).await())
        .hasMessageContaining("imeout");
    held.close().await();
    assertThat(pool.query("SELECT 1").execute().await().size()).isEqualTo(1);
    pool.close().await();
  }

  @Test
  void aTransactionThatGaveWayRunsAgainAndOneThatFailsLeavesNothing() {
    Pool pool = database.poolOf("bare");
    pool.query("CREATE TABLE public.note (content text)").execute().await();
    AtomicInteger runs = new AtomicInteger();
    int run =
        Transactions.run(
            pool,
            connection -> {
              connection.query("INSERT INTO public.note VALUES ('once')").execute().await();
              if (runs.incrementAndGet() < 3) {
                connection.query("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$").execute().await();
              }
              return runs.get();
            });
    assertThat(run).isEqualTo(3);
    assertThatThrownBy(
            () ->
                Transactions.run(
                    pool,
                    connection -> {
                      connection
                          .query("INSERT INTO public.note VALUES ('never')")
                          .execute()
                          .await();
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");
    assertThat(
            pool.query("SELECT content FROM public.note")
                .mapping(row -> row.getString(0))
                .execute()
                .await())
        .containsExactly("once");
  }

  @Test
  void whatRunsAloneExcludesItself() throws Exception {
    Pool pool = database.poolOf("bare");
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    FutureTask<Void> first =
        new FutureTask<>(
            () ->
                Transactions.alone(
                    pool,
                    "test",
                    connection -> {
                      inside.countDown();
                      try {
                        leave.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return null;
                    }));
    Thread.ofVirtual().start(first);
    inside.await();
    String taken = "SELECT pg_try_advisory_lock(hashtextextended('weft.test', 0))";
    boolean free = pool.query(taken).execute().await().iterator().next().getBoolean(0);
    assertThat(free).isFalse();
    leave.countDown();
    first.get();
    assertThat(Transactions.<String>alone(pool, "test", connection -> "mine")).isEqualTo("mine");
  }

  private Pool pool(DatabaseUrl url, Duration wait, int size) {
    Pool pool =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(size)
                    .setConnectionTimeout((int) wait.toMillis())
                    .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
            .connectingTo(url.connectOptions(null))
            .using(vertx)
            .build();
    return new BoundedPool(pool, wait, SHORT);
  }

  private static String limit(SqlClient client) {
    return client.query("SHOW statement_timeout").execute().await().iterator().next().getString(0);
  }
}
