package dev.weft.postgres;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Why a database does not take us, and what to do about it. */
final class Refusals {
  /** What to do about {@link #isPooler}. */
  static final String POOLER =
      "A pooler such as PgBouncer shares its connections there, and Weft needs them for itself"
          + " (LISTEN, prepared statements): let DATABASE_URL name PostgreSQL itself.";

  /** A paragraph for the person who starts Weft; without the password. */
  static String explain(DatabaseUrl url, Throwable cause) {
    return "The database at "
        + url
        + " cannot be used: "
        + reason(cause)
        + " "
        + advice(url, cause);
  }

  /** One sentence. */
  static String reason(Throwable cause) {
    return switch (cause) {
      case PgException refused -> refused.getErrorMessage() + ".";
      case UnknownHostException unknown -> "there is no such host.";
      case ConnectException closed -> "nothing answers there.";
      case TimeoutException late -> "it does not answer in time.";
      case SSLException tls -> "the TLS connection failed: " + tls.getMessage() + ".";
      default -> cause.getMessage() + ".";
    };
  }

  /**
   * Whether something between that shares connections between sessions refused or confused us, such
   * as PgBouncer in transaction mode.
   */
  static boolean isPooler(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (message.contains("unsupported startup parameter")
          || message.matches(
              "(?s).*prepared statement \"[^\"]*\" (already exists|does not exist).*")) {
        return true;
      }
    }
    return false;
  }

  private static String advice(DatabaseUrl url, Throwable cause) {
    if (isPooler(cause)) {
      return POOLER;
    }
    if (cause instanceof PgException refused) {
      return switch (String.valueOf(refused.getSqlState())) {
        case "28P01", "28000" -> "Check user and password in DATABASE_URL.";
        case "3D000" -> "Create it (createdb " + url.database() + ") or correct DATABASE_URL.";
        case "53300" -> "Raise its max_connections or lower database.poolSize.";
        default -> "Check DATABASE_URL and the server's log.";
      };
    }
    return "Check that PostgreSQL runs and that DATABASE_URL names it, or leave DATABASE_URL empty"
        + " to use the embedded database.";
  }

  private Refusals() {}
}
