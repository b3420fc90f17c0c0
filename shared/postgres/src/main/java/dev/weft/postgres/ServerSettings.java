package dev.weft.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The embedded server's {@code postgresql.conf}, written before each start. */
final class ServerSettings {

  private static final String TEXT =
      """
      # Written by Weft at each start: changes here are lost.
      listen_addresses = '127.0.0.1'
      port = %d
      # No socket file: the data directory's path may be too long for one.
      unix_socket_directories = ''
      password_encryption = 'scram-sha-256'
      max_connections = 200

      # What is committed is on disk.
      fsync = on
      synchronous_commit = on
      full_page_writes = on

      shared_buffers = 64MB
      max_wal_size = 512MB
      # Queries are short; compiling them costs more than it saves.
      jit = off

      timezone = 'UTC'
      log_timezone = 'UTC'
      lc_messages = 'C'
      # Starts, stops and faults of the server itself. Failing statements are reported to whoever
      # sent them; their text and values stay out of the log.
      log_min_messages = log
      log_min_error_statement = panic
      log_error_verbosity = terse
      log_checkpoints = off
      """;

  static void write(Path database, int port) throws IOException {
    Files.writeString(database.resolve("postgresql.conf"), TEXT.formatted(port));
  }

  private ServerSettings() {}
}
