package dev.weft.rag.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into chunks: whole sentences packed up to a length, which is counted so that a CJK
 * letter weighs more than another (it says more). A Markdown heading begins a chunk and stays with
 * the sentence after it. A sentence longer than a chunk is cut at a clause or between words, never
 * inside a number, an identifier or a character.
 *
 * <p>Chunks are in order, do not overlap, begin and end with something visible, and leave out
 * nothing but blanks. Immutable and thread-safe.
 */
public final class Chunker implements Cutter {

  /** A word longer than so many chunk lengths is cut after all. */
  private static final int LONGEST_WORD = 4;

  private final int limit;
  private final double cjkWeight;

  /**
   * @param characters length of a chunk of alphabetic text, in UTF-16 units
   * @param cjkCharacters length of a chunk of CJK text
   */
  public Chunker(int characters, int cjkCharacters) {
    if (cjkCharacters < 1 || characters < cjkCharacters) {
      throw new IllegalArgumentException(
          "chunk lengths must satisfy 1 <= cjk <= other, not " + cjkCharacters + ", " + characters);
    }
    this.limit = characters;
    this.cjkWeight = (double) characters / cjkCharacters;
  }

  @Override
  public List<Chunk> cut(String text, Budget budget) {
    Packing packing = new Packing(text, budget);
    Sentences sentences = new Sentences(text, budget);
    int heading = -1;
    for (Sentence next = sentences.next(); next != null; next = sentences.next()) {
      if (next.heading()) {
        heading = heading < 0 ? next.start() : heading;
      } else {
        packing.add(heading, next.start(), next.end());
        heading = -1;
      }
    }
    if (heading >= 0) {
      packing.addTrailingHeading(heading);
    }
    return packing.finish();
  }

  /** The chunks made so far and the one being filled. */
  private final class Packing {
    private final String text;
    private final Budget budget;
    private final List<Chunk> chunks = new ArrayList<>();
    private @Nullable Chunk open;
    private double openWeight;

    Packing(String text, Budget budget) {
      this.text = text;
      this.budget = budget;
    }

    void add(int heading, int start, int end) {
      Chunk current = open;
      if (current != null && heading < 0) {
        double together = openWeight + weight(current.end(), end);
        if (together <= limit) {
          open = new Chunk(current.start(), end);
          openWeight = together;
          return;
        }
      }
      close();
      int from = heading < 0 ? start : heading;
      // Cuts fall behind the heading, unless the heading itself fills the chunk.
      int floor = heading >= 0 && weight(heading, start) < limit / 2.0 ? start : from;
      fill(from, floor, end);
    }

    void addTrailingHeading(int heading) {
      close();
      fill(heading, heading, trimmedEnd(heading, text.length()));
    }

    private int trimmedEnd(int start, int end) {
      int i = end;
      while (i > start + 1 && Characters.isBlank(text.charAt(i - 1))) {
        i--;
      }
      return i;
    }

    /** Makes chunks of a stretch of text; the last stays open. */
    private void fill(int start, int floor, int end) {
      int from = start;
      int notBefore = floor;
      for (int reach = reach(from, end, limit); reach < end; reach = reach(from, end, limit)) {
        int hardEnd = reach(reach, end, (double) limit * LONGEST_WORD);
        int cut = Cuts.before(text, notBefore, reach, hardEnd);
        if (cut >= end) {
          break;
        }
        keep(new Chunk(from, trimmedEnd(from, cut)));
        from = cut;
        while (from < end && Characters.isBlank(text.charAt(from))) {
          from++;
        }
        notBefore = from;
      }
      open = new Chunk(from, end);
      openWeight = weight(from, end);
    }

    private void close() {
      if (open != null) {
        keep(open);
        open = null;
      }
    }

    private void keep(Chunk chunk) {
      budget.chunk();
      chunks.add(chunk);
    }

    List<Chunk> finish() {
      close();
      return chunks;
    }

    /** The farthest offset whose weight from {@code from} stays within the limit. */
    private int reach(int from, int end, double most) {
      double sum = 0;
      int i = from;
      while (i < end) {
        budget.step();
        int codePoint = text.codePointAt(i);
        sum += weight(codePoint);
        if (sum > most) {
          break;
        }
        i += Character.charCount(codePoint);
      }
      return i;
    }

    private double weight(int from, int to) {
      double sum = 0;
      for (int i = from; i < to; ) {
        budget.step();
        int codePoint = text.codePointAt(i);
        sum += weight(codePoint);
        i += Character.charCount(codePoint);
      }
      return sum;
    }

    private double weight(int codePoint) {
      return Characters.isWide(codePoint) ? cjkWeight : Character.charCount(codePoint);
    }
  }
}
