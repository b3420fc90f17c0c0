package dev.weft.all.terminal;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: columns as wide as their widest cell, two spaces between. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a row with as many cells as the header has. */
  public Table row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row needs " + rows.getFirst().size() + " cells");
    }
    rows.add(List.of(cells));
    return this;
  }

  /**
   * The lines of the table, the header first, without trailing spaces.
   *
   * @param indent spaces before each line
   */
  public List<String> lines(int indent) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ".repeat(indent));
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - DisplayWidth.of(cell) + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Text filled up with spaces to so many columns; longer text is followed by one space. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(1, columns - DisplayWidth.of(text)));
  }
}
