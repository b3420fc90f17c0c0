package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
          .hasCauseInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> transaction.commit().await())
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aStatementThatGetsNoConnectionIsNotWaitedFor() {
    Pool pool = pool(server.url(), SHORT, 1);
    SqlConnection held = pool.getConnection().await();
    assertThatThrownBy(() -> pool.query("SELECT 1").execute().await())
        .rootCause()
        .hasMessageContaining("imeout");
    assertThatThrownBy(() -> pool.withTransaction(one -> one.query("SELECT 1").execute()).await())
        .rootCause()
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

  @ParameterizedTest
  @CsvSource({
    "53100,test:storage.full.unavailable,NOT_EXECUTED",
    "53200,test:storage.unavailable,NOT_EXECUTED",
    "53300,test:storage.unavailable,NOT_EXECUTED",
    "57P01,test:storage.unavailable,UNKNOWN",
    "57P03,test:storage.unavailable,UNKNOWN",
    "57014,test:storage.unavailable,NOT_EXECUTED",
    "08006,test:storage.unavailable,UNKNOWN",
    "58030,test:storage.unavailable,NOT_EXECUTED",
    "25006,test:storage.unavailable,UNKNOWN",
    "22021,test:text.invalid,NOT_EXECUTED",
    "22P05,test:text.invalid,NOT_EXECUTED",
  })
  void whatTheServerSaysOfItselfIsOneErrorForAllCallers(
      String state, String code, Outcome outcome) {
    BoundedPool pool = pool(server.url(), SHORT, 1);
    String raise = raise(state);

    for (Runnable way :
        List.<Runnable>of(
            () -> pool.query(raise).execute().await(),
            () -> pool.preparedQuery(raise).execute().await(),
            () ->
                Transactions.run(pool, connection -> connection.query(raise).execute().await()))) {
      WeftError error = catchThrowableOfType(WeftException.class, way::run).error();
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.outcome()).isEqualTo(outcome);
      assertThat(error.retryable()).isEqualTo(!code.equals("test:text.invalid"));
      assertThat(error.message()).doesNotContain("planted");
    }
  }

  @Test
  void whatTheServerSaysOfAStatementStaysAsItIs() {
    Pool pool = pool(server.url(), SHORT, 1);

    for (String state : List.of("23505", "42601", "40001", "XX000")) {
      assertThatThrownBy(() -> pool.query(raise(state)).execute().await())
          .isInstanceOf(PgException.class);
    }
    AtomicInteger tries = new AtomicInteger();
    Transactions.run(
        pool,
        connection -> {
          String statement = tries.incrementAndGet() < 3 ? raise("40001") : "SELECT 1";
          return connection.query(statement).execute().await();
        });
    assertThat(tries).hasValue(3);
  }

  @Test
  void aServerThatIsAwayIsAnErrorForCallersToo() {
    DatabaseUrl nobody = DatabaseUrl.parse("postgresql://u:p@127.0.0.1:1/db");
    Pool pool = pool(nobody, SHORT, 1);

    for (Runnable way :
        List.<Runnable>of(
            () -> pool.query("SELECT 1").execute().await(), () -> pool.getConnection().await())) {
      assertThat(catchThrowableOfType(WeftException.class, way::run).error().code())
          .isEqualTo("test:storage.unavailable");
    }
  }

  @Test
  void aFullDiskIsRememberedUntilSomethingCouldBeWritten() {
    BoundedPool pool = pool(server.url(), SHORT, 1);
    assertThat(pool.hasRoom().await()).isTrue();
    pool.query(
            "CREATE FUNCTION fills() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
                + " EXCEPTION 'planted' USING ERRCODE = '53100'; END $$")
        .execute()
        .await();
    pool.query(
            "CREATE EVENT TRIGGER full_disk ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS')"
                + " EXECUTE FUNCTION fills()")
        .execute()
        .await();

    assertThatThrownBy(() -> pool.query("CREATE TABLE t AS SELECT 1").execute().await())
        .isInstanceOf(WeftException.class);
    assertThat(pool.query("SELECT 1").execute().await().size()).isEqualTo(1);
    assertThat(pool.hasRoom().await()).isFalse();
    pool.query("DROP EVENT TRIGGER full_disk").execute().await();
    assertThat(pool.hasRoom().await()).isTrue();
    assertThat(
            pool.query("SELECT to_regclass('weft_room')")
                .execute()
                .await()
                .iterator()
                .next()
                .getValue(0))
        .isNull();
  }

  private static String raise(String state) {
    return "DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '" + state + "'; END $$";
  }

  private BoundedPool pool(DatabaseUrl url, Duration wait, int size) {
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
    return new BoundedPool(pool, wait, SHORT, "test");
  }

  private static String limit(SqlClient client) {
    return client.query("SHOW statement_timeout").execute().await().iterator().next().getString(0);
  }
}
