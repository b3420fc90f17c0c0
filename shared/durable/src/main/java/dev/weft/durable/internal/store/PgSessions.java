package dev.weft.durable.internal.store;

import dev.weft.postgres.Deadline;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;

/** How the store's own sessions are set up. */
final class PgSessions {
  /** Longest name PostgreSQL keeps. */
  private static final int MAX_NAME = 63;

  /**
   * Plans are made once and must hold for tables of any size: no statement of ours is better off
   * reading a table whole.
   */
  private static final Map<String, String> PLANS =
      Map.of(
          "plan_cache_mode", "force_generic_plan",
          "jit", "off",
          "enable_hashjoin", "off",
          "enable_mergejoin", "off",
          // An index gives rows in order, a bitmap gives all of them: not for the first few keys.
          "enable_bitmapscan", "off",
          "enable_seqscan", "off");

  /** The name of an incarnation's sessions, by which they are found when it is buried. */
  static String nameOf(String incarnation) {
    String name = "weft-objects " + incarnation;
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  /** For commits and claims. */
  static PgConnectOptions forObjects(PgConnectOptions base, String incarnation, Deadline deadline) {
    PgConnectOptions options = copy(base, nameOf(incarnation), deadline);
    PLANS.forEach(options::addProperty);
    return options;
  }

  /** For leases: named differently, since a node must learn of its burial. */
  static PgConnectOptions forLeases(PgConnectOptions base) {
    return copy(base, "weft-leases", Deadline.LEASE);
  }

  private static PgConnectOptions copy(PgConnectOptions base, String name, Deadline deadline) {
    PgConnectOptions options =
        new PgConnectOptions(base)
            .setCachePreparedStatements(true)
            // The statements are few, and longer than what is cached by default.
            .setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
    options.addProperty("application_name", name);
    options.addProperty("statement_timeout", Long.toString(deadline.statement().toMillis()));
    return options;
  }

  private PgSessions() {}
}
