package dev.weft.postgres;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long what is asked of the database may take: one policy for all. The server gives a statement
 * up after {@link #statement()}; whoever sent it waits a fifth longer ({@link #answer()}), so that
 * the server's word comes first and silence means that the connection is lost.
 */
public enum Deadline {
  /** Renewing a lease, for which there must be time for another try. */
  LEASE(2_500),
  /** Claims, which calls wait for. */
  CLAIM(5_000),
  /** What a request waits for; commits of objects. */
  REQUEST(10_000),
  /** What touches very many rows, such as deleting a collection. */
  LONG(60_000);

  /** For a connection to be made, from the first packet to the server's greeting. */
  public static final Duration CONNECT = Duration.ofSeconds(4);

  /** For a free connection of a pool. */
  public static final Duration POOL_WAIT = Duration.ofSeconds(5);

  /** A connection in use on which nothing has come or gone for so long is lost. */
  static final Duration SILENCE = Duration.ofSeconds(90);

  /** An idle connection of a pool is closed; sooner than {@link #SILENCE} would close it. */
  static final Duration IDLE = Duration.ofSeconds(60);

  private final Duration statement;

  Deadline(long millis) {
    this.statement = Duration.ofMillis(millis);
  }

  /** When the server gives the statement up: its {@code statement_timeout}. */
  public Duration statement() {
    return statement;
  }

  /** When whoever sent it gives up waiting for the answer. */
  public Duration answer() {
    return statement.plus(statement.dividedBy(5));
  }

  /** The answer, or a {@link java.util.concurrent.TimeoutException} when it is late. */
  public <T> Future<T> bound(Future<T> answer) {
    return within(answer(), answer);
  }

  static <T> Future<T> within(Duration time, Future<T> answer) {
    return answer.timeout(time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
