package dev.weft.rag.index;

/**
 * Finds numbers that are written in groups and gives them as they would be without: {@code
 * 1,234,567.89} and {@code 1 234 567,89} as {@code 1234567.89} and {@code 1234567}; a telephone
 * number (also without the code of the country) or an ISBN, whatever its groups, as its digits. One
 * number is then found however it is spelled.
 */
final class Numbers {

  private static final int GROUP = 3;

  /** Digits from which on a row of groups is one number rather than several beside each other. */
  private static final int LEAST_DIGITS = 7;

  /** No number that people write is longer. */
  private static final int MOST_DIGITS = 32;

  /** The numbers in a text that are written in groups, without them; empty when there are none. */
  static String joined(String text) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      if (!isDigit(text.charAt(i))) {
        i++;
        continue;
      }
      i = new Groups(text, i).addTo(out);
    }
    return out.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A row of groups of digits with one character between any two of them. */
  private static final class Groups {
    private final StringBuilder digits = new StringBuilder();
    private final int end;
    private int groups;
    private int lastGroup;
    private int firstGroup;
    private boolean evenGroups = true;
    private char separator;
    private char lastSeparator;
    private boolean oneSeparator = true;
    private final boolean international;

    Groups(String text, int start) {
      international = start > 0 && text.charAt(start - 1) == '+';
      int i = start;
      while (true) {
        int from = i;
        while (i < text.length() && isDigit(text.charAt(i))) {
          i++;
        }
        add(text, from, i);
        if (i + 1 >= text.length()
            || !isSeparator(text.charAt(i))
            || !isDigit(text.charAt(i + 1))) {
          break;
        }
        char next = text.charAt(i);
        oneSeparator &= groups == 1 || lastSeparator == separator;
        separator = groups == 1 ? next : separator;
        lastSeparator = next;
        i++;
      }
      end = i;
    }

    private void add(String text, int from, int to) {
      // The group before the last must be of three digits for a decimal to follow it.
      evenGroups &= groups <= 1 || lastGroup == GROUP;
      groups++;
      lastGroup = to - from;
      firstGroup = groups == 1 ? lastGroup : firstGroup;
      if (digits.length() <= MOST_DIGITS) {
        digits.append(text, from, Math.min(to, from + MOST_DIGITS + 1));
      }
    }

    private static boolean isSeparator(char c) {
      return switch (c) {
        case ',', '.', '\'', '’', '-', ' ', '\u00A0', '\u2007', '\u2009', '\u202F' -> true;
        default -> false;
      };
    }

    /** Adds what there is to add and tells where to go on. */
    int addTo(StringBuilder out) {
      int length = digits.length();
      if (groups == 1 || length > MOST_DIGITS) {
        return end;
      }
      boolean grouped = separator != '-' && firstGroup <= GROUP && evenGroups && oneSeparator;
      if (grouped && lastSeparator == separator && lastGroup == GROUP) {
        out.append(digits).append(' ');
      } else if (grouped && groups > 2 && (lastSeparator == '.' || lastSeparator == ',')) {
        String whole = digits.substring(0, length - lastGroup);
        out.append(whole).append('.').append(digits, length - lastGroup, length).append(' ');
        out.append(whole).append(' ');
      } else if (groups > 2 && length >= LEAST_DIGITS) {
        out.append(digits).append(' ');
        if (international) {
          out.append(digits, firstGroup, length).append(' ');
        }
      }
      return end;
    }
  }

  private Numbers() {}
}
