package dev.weft.rag.text;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Cutting without limits, for tests of what comes out. */
public final class Cutting {

  /** A budget for a test's thread that no test uses up. */
  public static Budget ample() {
    return new Budget(
        new Budget.Limits(Duration.ofHours(1), Long.MAX_VALUE, Integer.MAX_VALUE), () -> false);
  }

  public static List<Chunk> cut(Cutter cutter, String text) {
    return cutter.cut(text, ample());
  }

  static List<Sentence> sentences(String text) {
    List<Sentence> all = new ArrayList<>();
    Sentences sentences = new Sentences(text, ample());
    for (Sentence next = sentences.next(); next != null; next = sentences.next()) {
      all.add(next);
    }
    return all;
  }

  private Cutting() {}
}
