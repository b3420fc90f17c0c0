package dev.weft.bench.objects;

/** One way to do the same work, measured against the others in rounds. */
interface Contender {

  /** As the report calls it. */
  String name();

  /** Works for so long and says what it saw; blocks. */
  Round round(double seconds);
}
