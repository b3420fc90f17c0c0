package dev.weft.all.doctor;

import dev.weft.durable.ObjectsNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Whether durable objects get their alarms, and their records where they belong. */
final class ObjectsCheck implements Check {
  private static final String SCHEMA = ObjectsNode.SCHEMA;

  /** Names of this many namespaces and projections are told. */
  private static final int MOST = 20;

  private static final long OVERDUE_MILLIS = 60_000;
  private static final int FAILURES = 3;

  private static final String EXISTS =
      "SELECT to_regclass('" + SCHEMA + ".do_outbox_hold') IS NOT NULL";

  private static final String ALIVE =
      "SELECT count(*) FROM " + SCHEMA + ".do_node WHERE state <> 'DEAD' AND expires_at > now()";

  private static final String NOW = "(extract(epoch FROM now()) * 1000)::bigint";

  private static final String OVERDUE =
      "SELECT namespace, count(*), ("
          + NOW
          + " - min(due_millis)) / 1000 FROM "
          + SCHEMA
          + ".do_alarm WHERE due_millis < "
          + NOW
          + " - "
          + OVERDUE_MILLIS
          + " AND (claimed_until IS NULL OR claimed_until < now()) GROUP BY namespace LIMIT "
          + MOST;

  private static final String FAILING =
      "SELECT namespace, count(*), max(failures) FROM "
          + SCHEMA
          + ".do_alarm WHERE failures >= "
          + FAILURES
          + " GROUP BY namespace LIMIT "
          + MOST;

  private static final String HELD =
      "SELECT p.projection, count(*), left(max(h.error), 200) FROM "
          + SCHEMA
          + ".do_outbox_hold h JOIN "
          + SCHEMA
          + ".do_projection p USING (stream) WHERE p.state <> 'DEAD' GROUP BY p.projection LIMIT "
          + MOST;

  @Override
  public String name() {
    return "objects";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, SQLException {
    try (Connection connection = site.connected();
        Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = '1500ms'");
      if (!truth(statement, EXISTS)) {
        return List.of();
      }
      if (!truth(statement, "SELECT (" + ALIVE + ") > 0")) {
        throw new NotChecked("objects");
      }
      List<Finding> found = new ArrayList<>();
      add(found, Fault.OBJECTS_OVERDUE, statement, OVERDUE);
      add(found, Fault.OBJECTS_FAILING, statement, FAILING);
      add(found, Fault.OBJECTS_HELD, statement, HELD);
      return found;
    }
  }

  private static boolean truth(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static void add(List<Finding> found, Fault fault, Statement statement, String sql)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(Finding.of(fault, rows.getString(1), rows.getLong(2), rows.getString(3)));
      }
    }
  }
}
