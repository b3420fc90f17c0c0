package dev.weft.rag.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables in a text: Markdown's (a row of dashes below the header) and lines of as many cells
 * as the line of names above them, parted by tabs, semicolons, commas or bars. In doubt a line is
 * none of a table. Each line is looked at a few times at most. Used by one thread.
 */
public final class Tables {
  private static final char[] SEPARATORS = {'\t', ';', '|', ','};

  /** Lines of a header and its first rows that must agree where no row of dashes says it. */
  private static final int AGREEING_LINES = 3;

  /** Commas of prose are followed by blanks, and are not this many in line after line. */
  private static final int COMMAS_WITH_BLANKS = 3;

  private static final int LONGEST_LINE = 4_000;
  private static final int LONGEST_HEADER = 1_000;
  private static final int LONGEST_NAME = 100;

  private final String text;
  private final Budget budget;

  /** The line that was looked at last, and what was found there. */
  private int lastStart = -1;

  private @Nullable Table last;

  /**
   * A table: its header, then at least one row, each a line. Offsets in UTF-16 units.
   *
   * @param headerEnd where the text of the header ends
   * @param end where the text of the last row ends
   */
  public record Table(int start, int headerEnd, int end) {
    /** Whether what begins at the offset stands among the rows, without the header. */
    boolean hasRowsAt(int offset) {
      return offset >= headerEnd && offset < end;
    }
  }

  Tables(String text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  /**
   * For each chunk the header of the table among whose rows it begins: what its first cells mean.
   * Null for a chunk that begins elsewhere.
   *
   * @param chunks of the text, in order
   */
  public static List<@Nullable String> headers(String text, List<Chunk> chunks, Budget budget) {
    Tables tables = new Tables(text, budget);
    List<@Nullable String> headers = new ArrayList<>(chunks.size());
    Table table = null;
    int line = 0;
    for (Chunk chunk : chunks) {
      while (line <= chunk.start() && line < text.length()) {
        Table found = tables.startingAt(line);
        table = found == null ? table : found;
        line = tables.nextLine(found == null ? tables.lineEnd(line) : found.end());
      }
      headers.add(
          table != null && table.hasRowsAt(chunk.start())
              ? text.substring(table.start(), table.headerEnd())
              : null);
    }
    return headers;
  }

  /**
   * The table whose header begins at the start of a line; null when none does. To be asked in the
   * order of the text, and not for lines of a table that was found.
   */
  @Nullable Table startingAt(int lineStart) {
    if (lineStart != lastStart) {
      lastStart = lineStart;
      last = find(lineStart);
    }
    return last;
  }

  private @Nullable Table find(int lineStart) {
    int start = skipSpaces(lineStart);
    int headerEnd = lineEnd(start);
    if (!mayBeRow(start, headerEnd) || headerEnd - start > LONGEST_HEADER) {
      return null;
    }
    int second = nextLine(headerEnd);
    int secondEnd = lineEnd(second);
    if (text.indexOf('|', start, headerEnd) >= 0 && isDashes(second, secondEnd)) {
      int end = secondEnd;
      for (int row = nextLine(end); isBarRow(row); row = nextLine(end)) {
        end = lineEnd(row);
      }
      return end > secondEnd ? new Table(start, secondEnd, end) : null;
    }
    for (char separator : SEPARATORS) {
      Table found = separated(start, headerEnd, separator);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Table separated(int start, int headerEnd, char separator) {
    int cells = cells(start, headerEnd, separator);
    if (cells < 2 || !isNames(start, headerEnd, separator)) {
      return null;
    }
    boolean strict = separator == ',' && cells <= COMMAS_WITH_BLANKS;
    int lines = 0;
    int end = headerEnd;
    for (int row = start; row < text.length(); row = skipSpaces(nextLine(end))) {
      int rowEnd = lineEnd(row);
      if (!mayBeRow(row, rowEnd) || cells(row, rowEnd, separator) != cells) {
        break;
      }
      if (strict && lines < AGREEING_LINES && isProse(row, rowEnd, separator)) {
        return null;
      }
      lines++;
      end = rowEnd;
    }
    return lines >= AGREEING_LINES ? new Table(start, headerEnd, end) : null;
  }

  private boolean mayBeRow(int start, int end) {
    return end > start
        && end - start <= LONGEST_LINE
        && (text.charAt(start) == '\t' || !Characters.isBlank(text.charAt(start)));
  }

  private boolean isBarRow(int start) {
    int end = lineEnd(start);
    return start < text.length()
        && end - start <= LONGEST_LINE
        && text.indexOf('|', start, end) >= 0;
  }

  /** Such as {@code |---|:--:|}. */
  private boolean isDashes(int start, int end) {
    boolean dashes = false;
    boolean bars = false;
    for (int i = start; i < end; i++) {
      switch (text.charAt(i)) {
        case '-' -> dashes = true;
        case '|' -> bars = true;
        case ':', ' ', '\t' -> {}
        default -> {
          return false;
        }
      }
    }
    return dashes && bars && end - start <= LONGEST_HEADER;
  }

  /** How many cells a line has; separators within double quotes part nothing. */
  private int cells(int start, int end, char separator) {
    int cells = 1;
    boolean quoted = false;
    for (int i = start; i < end; i++) {
      budget.step();
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        cells++;
      }
    }
    return cells;
  }

  /** Whether a blank follows a separator. */
  private boolean isProse(int start, int end, char separator) {
    boolean quoted = false;
    for (int i = start; i < end - 1; i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted && Characters.isBlank(text.charAt(i + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Whether all cells look like names of columns: short, with a letter, no number, no sentence. */
  private boolean isNames(int start, int end, char separator) {
    int cell = start;
    boolean quoted = false;
    for (int i = start; i <= end; i++) {
      char c = i < end ? text.charAt(i) : separator;
      if (c == '"') {
        quoted = !quoted;
      } else if (i == end || c == separator && !quoted) {
        if (!isName(text.substring(cell, i).strip())) {
          return false;
        }
        cell = i + 1;
      }
    }
    return true;
  }

  private static boolean isName(String cell) {
    return !cell.isEmpty()
        && cell.length() <= LONGEST_NAME
        && !Character.isDigit(cell.codePointAt(0))
        && cell.codePoints().anyMatch(Character::isLetter)
        && ".!?。！？:".indexOf(cell.charAt(cell.length() - 1)) < 0;
  }

  private int skipSpaces(int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) == ' ') {
      i++;
    }
    return i;
  }

  /** Where the line ends, before its line break. */
  private int lineEnd(int from) {
    int i = from;
    while (i < text.length() && !Characters.isLineBreak(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Where the line after the one that ends there begins. */
  private int nextLine(int lineEnd) {
    boolean both = text.startsWith("\r\n", lineEnd);
    return Math.min(text.length(), lineEnd + (both ? 2 : 1));
  }
}
