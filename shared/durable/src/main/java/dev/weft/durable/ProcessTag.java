package dev.weft.durable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What a process is known by to whoever supervises it, so that the objects of a process that ended
 * need not wait until its lease runs out.
 */
public final class ProcessTag {

  /** The process on this machine: its id and when it started, which no other has had. */
  public static String of(ProcessHandle process) {
    long started = process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
    return process.pid() + "@" + started;
  }

  /**
   * Says that a process has ended. Only for whoever has seen it end: a process that still runs
   * could answer reads from memory that another has overtaken.
   *
   * @param connection to the database of the objects
   * @return how many owners were declared dead; none when there are no objects at all
   */
  public static int hasEnded(Connection connection, String tag) throws SQLException {
    try (PreparedStatement exists =
            connection.prepareStatement("SELECT to_regclass('objects.do_node') IS NOT NULL");
        var row = exists.executeQuery()) {
      if (!row.next() || !row.getBoolean(1)) {
        return 0;
      }
    }
    try (PreparedStatement bury =
        connection.prepareStatement(
            "UPDATE objects.do_node SET state = 'DEAD' WHERE tag = ? AND state <> 'DEAD'")) {
      bury.setString(1, tag);
      return bury.executeUpdate();
    }
  }

  private ProcessTag() {}
}
