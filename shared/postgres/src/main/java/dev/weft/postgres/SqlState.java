package dev.weft.postgres;

import dev.weft.contracts.WeftException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * What a failure of the database means for whoever sent the statement, by its SQLSTATE (PostgreSQL
 * documentation, appendix A).
 */
public final class SqlState {

  /** What to do about a failure. */
  public enum Kind {
    /** The statement had no effect, and another try may succeed. */
    PASSING,
    /** The connection is gone, and with it the answer. */
    LOST,
    /** The statement had no effect and never will. */
    LASTING
  }

  /** Deadlock, serialization failure. */
  private static final Set<String> GAVE_WAY = Set.of("40P01", "40001");

  /** Starting up, shutting down, too many connections. */
  private static final Set<String> NOT_YET = Set.of("57P03", "57P01", "57P02", "53300");

  /** What kind of failure it is; whatever is not the server's own word counts as lost. */
  public static Kind kindOf(Throwable failure) {
    if (!(cause(failure) instanceof PgException) || endsConnection(failure)) {
      return Kind.LOST;
    }
    return isPassing(of(failure)) ? Kind.PASSING : Kind.LASTING;
  }

  private static boolean isPassing(String state) {
    return switch (state) {
      // cancelled or timed out, lock not available
      case "57014", "55P03" -> true;
      // out of memory, disk or connections; errors of the disk
      default -> GAVE_WAY.contains(state) || state.startsWith("53") || state.startsWith("58");
    };
  }

  /** Whether the server ended, or is about to end, the session. */
  public static boolean endsConnection(Throwable failure) {
    String state = of(failure);
    // Shutting down or starting, connection faults; read-only means that another server now leads;
    // a prepared statement that is not there means that something sits between.
    return state.startsWith("57P")
        || state.startsWith("08")
        || state.equals("25006")
        || state.equals("26000");
  }

  /** Whether another try may succeed. */
  public static boolean mayPass(Throwable failure) {
    return kindOf(failure) != Kind.LASTING;
  }

  /** Whether PostgreSQL gave way to another transaction and did nothing. */
  static boolean gaveWay(Throwable failure) {
    return GAVE_WAY.contains(of(failure));
  }

  /** Whether a server that refused a connection may take it in a moment. */
  static boolean mayAcceptSoon(Throwable refusal) {
    return !(refusal instanceof PgException) || NOT_YET.contains(of(refusal));
  }

  /** Whether the server has no room left to keep what the statement writes. */
  public static boolean isDiskFull(Throwable failure) {
    return of(failure).equals("53100");
  }

  /** Whether a row with the same key is there already. */
  public static boolean isUniqueViolation(Throwable failure) {
    return of(failure).equals("23505");
  }

  /**
   * Whether the failure speaks of the connection or the server, not of the statement: the database
   * cannot be reached, has no room for more or does not answer in time.
   */
  public static boolean isUnavailable(Throwable failure) {
    return switch (cause(failure)) {
      case PgException refusal -> {
        String state = of(refusal);
        yield endsConnection(refusal)
            || state.startsWith("53")
            || state.startsWith("57")
            || state.startsWith("58");
      }
      case TimeoutException late -> true;
      case IOException broken -> true;
      case VertxException client -> true;
      default -> false;
    };
  }

  /** The five characters, empty when there are none. */
  public static String of(Throwable failure) {
    String state = cause(failure) instanceof PgException refusal ? refusal.getSqlState() : null;
    return state == null ? "" : state;
  }

  /** The database's own failure, also behind the error that callers get. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure instanceof WeftException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }

  private SqlState() {}
}
