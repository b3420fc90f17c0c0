package dev.weft.rag.text;

/**
 * A piece of a text. Offsets in UTF-16 units; never inside a surrogate pair.
 *
 * @param start inclusive
 * @param end exclusive, greater than start
 */
public record Chunk(int start, int end) {

  public String of(String text) {
    return text.substring(start, end);
  }
}
