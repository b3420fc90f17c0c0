package dev.weft.all.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What doctor asks of the machine that it runs on.
 *
 * @param java feature release
 * @param time what time it is
 * @param room how much room is left where a file lies
 * @param slow from when on a database is called slow
 * @param oldestDatabase major version of PostgreSQL that still gets fixes
 */
record Machine(int java, InstantSource time, Room room, Duration slow, int oldestDatabase) {
  /** A round trip that takes longer makes each commit of an object slower than it need be. */
  private static final Duration SLOW = Duration.ofMillis(50);

  /** PostgreSQL 14 had its last release in November 2026. */
  private static final int OLDEST_DATABASE = 15;

  /** How much room there is. */
  @FunctionalInterface
  interface Room {
    /** Bytes that this user can still write where an existing file lies. */
    long at(Path path) throws IOException;
  }

  /** This one. */
  static Machine here() {
    return new Machine(
        Runtime.version().feature(),
        InstantSource.system(),
        path -> Files.getFileStore(path).getUsableSpace(),
        SLOW,
        OLDEST_DATABASE);
  }
}
