package dev.weft.all.doctor;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param connect a connection, and a sign of life
 * @param answer the answer to a question
 * @param all every check together
 */
record Limits(Duration connect, Duration answer, Duration all) {
  /** With the start of the program, everything is within 5 s. */
  static final Limits USUAL =
      new Limits(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(3_300));
}
