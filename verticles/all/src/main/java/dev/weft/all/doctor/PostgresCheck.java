package dev.weft.all.doctor;

import dev.weft.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Whether the database takes us, is one to write to, and answers soon. */
final class PostgresCheck implements Check {
  private static final int ROUND_TRIPS = 5;

  /** Of the connections that the server allows. */
  private static final double NEARLY_ALL = 0.9;

  private static final String STATE =
      "SELECT current_setting('server_version_num')::int / 10000,"
          + " current_setting('transaction_read_only')::bool OR pg_is_in_recovery(),"
          + " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
          + " current_setting('max_connections')::int";

  @Override
  public String name() {
    return "database";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, SQLException {
    DatabaseUrl url = site.database();
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement()) {
      return look(site, url, statement);
    } catch (SQLException e) {
      return List.of(refused(url, e));
    }
  }

  private static List<Finding> look(Site site, DatabaseUrl url, Statement statement)
      throws SQLException {
    List<Finding> found = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(STATE)) {
      row.next();
      int version = row.getInt(1);
      if (version < site.machine().oldestDatabase()) {
        found.add(Finding.of(Fault.DATABASE_OLD, url, version, site.machine().oldestDatabase()));
      }
      if (row.getBoolean(2)) {
        found.add(Finding.of(Fault.DATABASE_READ_ONLY, url));
      }
      if (row.getInt(3) > NEARLY_ALL * row.getInt(4)) {
        found.add(Finding.of(Fault.DATABASE_FULL, url, row.getInt(3), row.getInt(4)));
      }
    }
    long best = Long.MAX_VALUE;
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long start = System.nanoTime();
      statement.executeQuery("SELECT 1").close();
      best = Math.min(best, System.nanoTime() - start);
    }
    if (best > site.machine().slow().toNanos()) {
      found.add(
          Finding.of(Fault.DATABASE_SLOW, url, best / 1_000_000, site.machine().slow().toMillis()));
    }
    return found;
  }

  private static Finding refused(DatabaseUrl url, SQLException e) {
    return switch (String.valueOf(e.getSQLState())) {
      case "28P01", "28000" -> Finding.of(Fault.DATABASE_REFUSED, url, url.user());
      case "3D000" -> Finding.of(Fault.DATABASE_MISSING, url, url.database());
      case "53300" -> Finding.of(Fault.DATABASE_FULL, url, "?", "?");
      default -> Finding.of(Fault.DATABASE_UNREACHABLE, url, String.valueOf(e.getMessage()));
    };
  }
}
