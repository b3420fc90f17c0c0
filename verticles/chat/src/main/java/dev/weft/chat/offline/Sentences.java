package dev.weft.chat.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts English and Chinese text into sentences. */
final class Sentences {

  private static final String CLOSING = "\"'”’)]）」』》";
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "no", "fig", "inc",
          "ltd", "co", "jr", "sr", "approx", "dept", "est", "al", "cf", "u.s", "u.k", "p", "pp",
          "vol", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
          "dec");

  private Sentences() {}

  /** The sentences in order, trimmed, without empty ones. A line's end ends a sentence. */
  static List<String> split(String text) {
    List<String> out = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      at++;
      boolean ends = c == '\n' || isWideEnd(c) || (isNarrowEnd(c) && endsHere(text, start, at - 1));
      if (ends) {
        while (at < text.length()
            && (CLOSING.indexOf(text.charAt(at)) >= 0
                || isWideEnd(text.charAt(at))
                || isNarrowEnd(text.charAt(at)))) {
          at++;
        }
        add(out, text.substring(start, at));
        start = at;
      }
    }
    add(out, text.substring(start));
    return out;
  }

  /** Whether a sentence asks. */
  static boolean asks(String sentence) {
    String bare = sentence.strip();
    int end = bare.length();
    while (end > 0 && CLOSING.indexOf(bare.charAt(end - 1)) >= 0) {
      end--;
    }
    return end > 0 && (bare.charAt(end - 1) == '?' || bare.charAt(end - 1) == '？');
  }

  private static boolean isWideEnd(char c) {
    return c == '。' || c == '！' || c == '？' || c == '；' || c == '…';
  }

  private static boolean isNarrowEnd(char c) {
    return c == '.' || c == '!' || c == '?';
  }

  private static boolean endsHere(String text, int start, int end) {
    int next = end + 1;
    while (next < text.length()
        && (CLOSING.indexOf(text.charAt(next)) >= 0 || isNarrowEnd(text.charAt(next)))) {
      next++;
    }
    if (next < text.length() && !Character.isWhitespace(text.charAt(next))) {
      return false;
    }
    return text.charAt(end) != '.' || !isAbbreviation(text, start, end);
  }

  private static boolean isAbbreviation(String text, int start, int end) {
    int word = end;
    while (word > start && !Character.isWhitespace(text.charAt(word - 1))) {
      word--;
    }
    String before = text.substring(word, end).toLowerCase(Locale.ROOT).replaceAll("^\\W+", "");
    boolean initial = before.length() == 1 && Character.isUpperCase(text.charAt(end - 1));
    boolean number = before.chars().allMatch(Character::isDigit) && word == start;
    return initial || number || ABBREVIATIONS.contains(before);
  }

  private static void add(List<String> out, String sentence) {
    String trimmed = sentence.strip();
    if (!trimmed.isEmpty()) {
      out.add(trimmed);
    }
  }
}
