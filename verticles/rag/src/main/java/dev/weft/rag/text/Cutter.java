package dev.weft.rag.text;

import java.util.List;

/** Cuts texts into chunks. Used by several threads at once. */
@FunctionalInterface
public interface Cutter {

  /**
   * The chunks of a text in order; none when it is blank.
   *
   * @param budget asked in every loop
   * @throws Budget.Exceeded when the text takes more than it may
   */
  List<Chunk> cut(String text, Budget budget);
}
