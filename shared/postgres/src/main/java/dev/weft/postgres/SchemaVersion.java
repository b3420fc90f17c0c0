package dev.weft.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How a schema compares with the migrations of this program, seen without changing anything.
 *
 * @param found version of the schema; 0 when there is none
 * @param known newest version that this program brings
 */
public record SchemaVersion(State state, int found, int known) {

  /** What would become of it at a start. */
  public enum State {
    /** There is none: it would be made. */
    NONE,
    CURRENT,
    /** It would be upgraded. */
    OLDER,
    /** The start would be refused: a newer program made it. */
    NEWER,
    /** The start would be refused: others' tables lie there. */
    FOREIGN
  }

  /**
   * Looks at a schema. Blocks.
   *
   * @param schema name of a service
   * @param owner a class that lies beside its migrations
   */
  public static SchemaVersion look(Connection connection, String schema, Class<?> owner)
      throws SQLException {
    MigrationFiles files = MigrationFiles.of(schema, owner);
    try (PreparedStatement statement = connection.prepareStatement(Migrations.FOREIGN)) {
      statement.setString(1, schema);
      statement.setString(2, schema);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          return new SchemaVersion(State.FOREIGN, 0, files.newest());
        }
      }
    }
    try (Statement statement = connection.createStatement()) {
      try (ResultSet table =
          statement.executeQuery("SELECT to_regclass('" + Migrations.history(schema) + "')")) {
        if (!table.next() || table.getString(1) == null) {
          return new SchemaVersion(State.NONE, 0, files.newest());
        }
      }
      try (ResultSet row = statement.executeQuery(Migrations.versions(schema))) {
        int found = row.next() ? row.getInt(1) : 0;
        State state =
            found > files.newest()
                ? State.NEWER
                : found < files.newest() ? State.OLDER : State.CURRENT;
        return new SchemaVersion(state, found, files.newest());
      }
    }
  }
}
