package dev.weft.chat.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** Cuts English and Chinese text into sentences. */
final class OfflineSentences {

  private static final String CLOSING = "\"'”’)]）」』》";
  private static final int LONGEST_ABBREVIATION = 32;
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "no", "fig", "inc",
          "ltd", "co", "jr", "sr", "approx", "dept", "est", "al", "cf", "u.s", "u.k", "p", "pp",
          "vol", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
          "dec");

  private OfflineSentences() {}

  /** The sentences in order, trimmed, without empty ones. A line's end ends a sentence. */
  static List<String> split(String text) {
    List<String> out = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int next = at + 1;
      boolean ends = isLineBreak(c) || isWideEnd(c);
      if (isNarrowEnd(c)) {
        // Marks in a row end a sentence together or not at all: looked at once, the cost is linear.
        next = skip(text, next, mark -> isNarrowEnd(mark) || isClosing(mark));
        boolean goesOn = next < text.length() && !isBlank(text.charAt(next));
        ends = !goesOn && (c != '.' || !isAbbreviation(text, start, at));
      }
      if (ends) {
        next = skip(text, next, mark -> isClosing(mark) || isWideEnd(mark) || isNarrowEnd(mark));
        add(out, text, start, next);
        start = next;
      }
      at = next;
    }
    add(out, text, start, text.length());
    return out;
  }

  /** Whether a sentence asks. */
  static boolean asks(String sentence) {
    int end = sentence.length();
    while (end > 0 && isBlank(sentence.charAt(end - 1))) {
      end--;
    }
    while (end > 0 && isClosing(sentence.charAt(end - 1))) {
      end--;
    }
    return end > 0 && (sentence.charAt(end - 1) == '?' || sentence.charAt(end - 1) == '？');
  }

  /** What shows nothing; every line break is one. */
  private static boolean isBlank(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.isISOControl(c)
        || c == '\u200B'
        || c == '\uFEFF';
  }

  private static boolean isLineBreak(int c) {
    return switch (c) {
      case '\n', '\u000B', '\f', '\r', '\u0085', '\u2028', '\u2029' -> true;
      default -> false;
    };
  }

  private static boolean isClosing(int c) {
    return CLOSING.indexOf(c) >= 0;
  }

  private static boolean isWideEnd(int c) {
    return c == '。' || c == '！' || c == '？' || c == '；' || c == '…';
  }

  private static boolean isNarrowEnd(int c) {
    return c == '.' || c == '!' || c == '?';
  }

  private static boolean isAbbreviation(String text, int start, int end) {
    int word = end;
    while (word > start && !isBlank(text.charAt(word - 1))) {
      word--;
    }
    if (end - word > LONGEST_ABBREVIATION) {
      // Nothing of the kind; lower-casing a long row of capital sigmas takes quadratic time.
      return false;
    }
    String before = text.substring(word, end).toLowerCase(Locale.ROOT).replaceAll("^\\W+", "");
    boolean initial = before.length() == 1 && Character.isUpperCase(text.charAt(end - 1));
    boolean number = before.chars().allMatch(Character::isDigit) && word == start;
    return initial || number || ABBREVIATIONS.contains(before);
  }

  private static int skip(String text, int from, IntPredicate skipped) {
    int at = from;
    while (at < text.length() && skipped.test(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static void add(List<String> out, String text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      out.add(text.substring(start, end));
    }
  }
}
