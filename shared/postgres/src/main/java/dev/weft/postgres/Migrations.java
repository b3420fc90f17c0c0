package dev.weft.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings schemas up to date with Flyway. When it is done a schema's comment holds the fingerprint
 * of the files, so the next start finds out with one query that there is nothing to do.
 *
 * <p>Safe when many nodes start at once: an advisory lock lets one work at a time, and those that
 * waited find the work done. Blocks.
 */
final class Migrations {

  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** First half of the advisory lock's number; the schema's hash is the second. */
  private static final int LOCK_CLASS = 0x77656674;

  static final String COMMENT_PREFIX = "weft migrations ";

  /** The comments of schemas, for those that exist and have one. */
  static final String COMMENTS =
      "SELECT nspname::text, obj_description(oid, 'pg_namespace') FROM pg_namespace"
          + " WHERE nspname = ANY($1)";

  private static final String HISTORY = "schema_history";

  /** A row when a schema has tables but not the one that Weft's have. */
  static final String FOREIGN =
      "SELECT 1 FROM pg_namespace n WHERE nspname = ?"
          + " AND EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = n.oid)"
          + " AND to_regclass(quote_ident(?) || '."
          + HISTORY
          + "') IS NULL";

  private final DatabaseUrl url;

  Migrations(DatabaseUrl url) {
    this.url = url;
  }

  /** Migrates the schemas, one after the other. */
  void run(List<MigrationFiles> schemas, ClassLoader loader) {
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
      for (MigrationFiles files : schemas) {
        migrate(connection, files, loader);
      }
    } catch (SQLException e) {
      if (Refusals.isPooler(e)) {
        throw pooler(e);
      }
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNREACHABLE,
          "The database at " + url + " failed while its schemas were checked: " + e.getMessage(),
          e);
    }
  }

  private void migrate(Connection connection, MigrationFiles files, ClassLoader loader)
      throws SQLException {
    String schema = files.schema();
    lock(connection, "pg_advisory_lock", schema);
    try {
      requireOwn(connection, schema);
      requireKnown(connection, files);
      if (marker(files).equals(comment(connection, schema))) {
        return;
      }
      long start = System.nanoTime();
      int executed =
          Flyway.configure(loader)
              .dataSource(dataSource())
              .locations("classpath:" + MigrationFiles.location(schema))
              .schemas(schema)
              .defaultSchema(schema)
              .table(HISTORY)
              .failOnMissingLocations(true)
              .load()
              .migrate()
              .migrationsExecuted;
      try (Statement statement = connection.createStatement()) {
        // The name is a service's, the marker hexadecimal: nothing to escape.
        statement.execute("COMMENT ON SCHEMA \"" + schema + "\" IS '" + marker(files) + "'");
      }
      log.atInfo()
          .addKeyValue("schema", schema)
          .addKeyValue("migrations", executed)
          .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
          .log("Schema is up to date");
    } catch (FlywayException e) {
      if (Refusals.isPooler(e)) {
        throw pooler(e);
      }
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          "The schema " + schema + " at " + url + " could not be migrated: " + e.getMessage(),
          e);
    } finally {
      lock(connection, "pg_advisory_unlock", schema);
    }
  }

  /** Refuses a schema that others have filled. */
  private void requireOwn(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FOREIGN)) {
      statement.setString(1, schema);
      statement.setString(2, schema);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          throw new DatabaseFailure(
              DatabaseFailure.Kind.UNUSABLE,
              "The database at "
                  + url
                  + " has a schema '"
                  + schema
                  + "' already, and it is not Weft's: nothing was changed. Weft keeps its tables in"
                  + " the schemas auth, chat, rag and objects, so give it a database of its own"
                  + " (CREATE DATABASE weft) and name that in DATABASE_URL.");
        }
      }
    }
  }

  /** Refuses a schema that a newer program has brought further than this one knows. */
  private void requireKnown(Connection connection, MigrationFiles files) throws SQLException {
    int found = 0;
    try (Statement statement = connection.createStatement();
        ResultSet table =
            statement.executeQuery("SELECT to_regclass('" + history(files.schema()) + "')")) {
      if (!table.next() || table.getString(1) == null) {
        return;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet versions = statement.executeQuery(versions(files.schema()))) {
      while (versions.next()) {
        found = versions.getInt(1);
      }
    }
    files.requireKnown(found, url);
  }

  /** The newest version of a schema that was brought up to date before. */
  static String versions(String schema) {
    return "SELECT coalesce(max(substring(version from '^[0-9]+')::int), 0) FROM "
        + history(schema)
        + " WHERE success";
  }

  /** The name of a schema is that of a service: nothing to escape. */
  static String history(String schema) {
    return "\"" + schema + "\"." + HISTORY;
  }

  private DatabaseFailure pooler(Exception e) {
    return new DatabaseFailure(
        DatabaseFailure.Kind.UNUSABLE,
        "The database at " + url + " cannot be used. " + Refusals.POOLER,
        e);
  }

  private PGSimpleDataSource dataSource() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url.jdbcUrl());
    Properties properties = url.jdbcProperties();
    for (String name : properties.stringPropertyNames()) {
      source.setProperty(name, properties.getProperty(name));
    }
    return source;
  }

  static String marker(MigrationFiles files) {
    return COMMENT_PREFIX + files.fingerprint();
  }

  private static @Nullable String comment(Connection connection, String schema)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ?")) {
      statement.setString(1, schema);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private static void lock(Connection connection, String function, String schema)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT " + function + "(?, ?)")) {
      statement.setInt(1, LOCK_CLASS);
      statement.setInt(2, schema.hashCode());
      statement.execute();
    }
  }
}
