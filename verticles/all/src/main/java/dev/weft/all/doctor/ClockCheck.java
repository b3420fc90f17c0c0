package dev.weft.all.doctor;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Whether this machine and the database agree on what time it is. */
final class ClockCheck implements Check {
  /** Keys, tokens and alarms go by the time; a second is what people would not notice. */
  private static final long TOLERATED_MILLIS = 1_000;

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, SQLException {
    try (Connection connection = site.connected();
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT 1").close();
      long start = System.nanoTime();
      long before = site.machine().time().millis();
      try (ResultSet row =
          statement.executeQuery("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")) {
        row.next();
        long tripMillis = (System.nanoTime() - start) / 1_000_000;
        long skew = row.getLong(1) - before - tripMillis / 2;
        return Math.abs(skew) > TOLERATED_MILLIS + tripMillis
            ? List.of(Finding.of(Fault.CLOCK_SKEW, site.database(), Math.abs(skew)))
            : List.of();
      }
    }
  }
}
