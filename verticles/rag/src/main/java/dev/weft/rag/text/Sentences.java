package dev.weft.rag.text;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds sentences. A sentence ends after {@code . ! ?} followed by a space and no lower-case
 * letter, after {@code 。！？；} wherever they stand, and at the end of a line, unless the next line
 * goes on in lower case (text wrapped by hand). Abbreviations, initials, decimals and list numbers
 * end nothing. A row of a table is one whatever it holds. Where the rules are in doubt two
 * sentences stay one: a chunk that is a bit longer does less harm than one cut in two. Used by one
 * thread.
 */
final class Sentences {

  /** Words whose period ends no sentence. */
  private static final int LONGEST_ABBREVIATION = 32;

  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "rev", "gen", "col", "capt", "lt", "sgt", "sen", "gov",
          "hon", "st", "mt", "ave", "blvd", "vs", "etc", "cf", "al", "approx", "eds", "inc", "ltd",
          "co", "corp", "dept", "jr", "sr", "jan", "feb", "aug", "sept", "oct", "nov", "bzw", "usw",
          "mme", "mlle");

  /** Words whose period ends no sentence when a number follows. */
  private static final Set<String> ABBREVIATIONS_BEFORE_NUMBERS =
      Set.of(
          "no", "nos", "nr", "vol", "vols", "fig", "figs", "eq", "eqs", "sec", "ch", "p", "pp",
          "art", "ca", "est", "bd");

  private final String text;
  private final Budget budget;
  private int position;
  private boolean lineStart = true;

  private final Tables tables;

  /** Before it each line is a row of a table. */
  private int tableEnd;

  /** The fence that is open: its character as often as it was said; empty for none. */
  private String fence = "";

  /** The sentences of a text, found one by one: all of a large one would take much memory. */
  Sentences(String text, Budget budget) {
    this.text = text;
    this.budget = budget;
    this.tables = new Tables(text, budget);
    this.position = skipBlanks(0);
  }

  /** The next sentence; null after the last. What lies between two is blank. */
  @Nullable Sentence next() {
    if (position >= text.length()) {
      return null;
    }
    budget.step();
    int start = position;
    boolean mark = lineStart && isFence(start);
    boolean heading = lineStart && !mark && fence.isEmpty() && isHeading(start);
    if (lineStart && !mark && !heading && start >= tableEnd) {
      Tables.Table table = tables.startingAt(start);
      tableEnd = table == null ? tableEnd : table.end();
    }
    boolean row = start < tableEnd;
    int found = mark || heading || row ? lineEnd(start) : sentenceEnd(start);
    // What begins here is not blank and belongs to the sentence whatever the rules say of it: each
    // call therefore moves on by at least a character.
    int end = Math.max(found, text.offsetByCodePoints(start, 1));
    int trimmed = trimmed(start, end);
    position = skipBlanks(end);
    lineStart = hasLineBreak(trimmed, position);
    return new Sentence(start, trimmed, heading);
  }

  private int trimmed(int start, int end) {
    int i = end;
    while (i > start + 1 && Characters.isBlank(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  private int sentenceEnd(int start) {
    for (int i = start; i < text.length(); i++) {
      budget.step();
      char c = text.charAt(i);
      if (Characters.isLineBreak(c)) {
        if (!fence.isEmpty() || !continuesAfterBreak(i)) {
          return i;
        }
      } else if (isWideTerminator(c)) {
        return skipClosing(skipTerminators(i + 1));
      } else if (isTerminator(c) && fence.isEmpty()) {
        int end = terminatedAt(start, i);
        if (end > 0) {
          return end;
        }
        i = skipTerminators(i + 1) - 1;
      }
    }
    return text.length();
  }

  /** Where the sentence ends when the terminator at {@code i} ends it, else -1. */
  private int terminatedAt(int start, int i) {
    int runEnd = skipTerminators(i + 1);
    int end = skipClosing(runEnd);
    if (end == text.length()) {
      return end;
    }
    boolean onePeriod = text.charAt(i) == '.' && runEnd == i + 1;
    if (!Characters.isBlank(text.charAt(end))) {
      boolean cjkFollows = Characters.isCjk(text.codePointAt(end));
      return cjkFollows && !(onePeriod && i > start && Character.isDigit(text.charAt(i - 1)))
          ? end
          : -1;
    }
    int next = end;
    while (next < text.length()
        && Characters.isBlank(text.charAt(next))
        && !Characters.isLineBreak(text.charAt(next))) {
      next++;
    }
    int following = next < text.length() ? text.codePointAt(next) : '\n';
    if (Character.isLowerCase(following)) {
      return -1;
    }
    return onePeriod && isAbbreviation(start, i, Character.isDigit(following)) ? -1 : end;
  }

  private boolean isAbbreviation(int start, int period, boolean beforeNumber) {
    int from = period;
    while (from > start
        && (Character.isLetter(text.charAt(from - 1)) || text.charAt(from - 1) == '.')) {
      from--;
    }
    String word = text.substring(from, period);
    if (word.isEmpty()) {
      return period > start && isListNumber(start, period);
    }
    if (word.length() == 1 && !beforeNumber) {
      return Character.isUpperCase(word.charAt(0)) && word.charAt(0) != 'I';
    }
    if (word.length() > LONGEST_ABBREVIATION) {
      // Nothing in the lists; lower-casing a long row of capital sigmas takes quadratic time.
      return isDotted(word);
    }
    String lower = word.toLowerCase(Locale.ROOT);
    return ABBREVIATIONS.contains(lower)
        || (beforeNumber && ABBREVIATIONS_BEFORE_NUMBERS.contains(lower))
        || isDotted(word);
  }

  /** {@code 12.} at the start of a sentence numbers a list item. */
  private boolean isListNumber(int start, int period) {
    for (int i = start; i < period; i++) {
      if (!Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return period - start <= 4;
  }

  /** {@code U.S}, {@code a.m}, {@code Ph.D}: parts of one or two letters between dots. */
  private static boolean isDotted(String word) {
    int part = 0;
    boolean dotted = false;
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) == '.') {
        dotted = true;
        part = 0;
      } else if (++part > 2) {
        return false;
      }
    }
    return dotted;
  }

  private boolean continuesAfterBreak(int lineBreak) {
    int next = lineBreak + 1;
    if (text.charAt(lineBreak) == '\r' && next < text.length() && text.charAt(next) == '\n') {
      next++;
    }
    while (next < text.length() && Characters.isBlank(text.charAt(next))) {
      if (Characters.isLineBreak(text.charAt(next))) {
        return false;
      }
      next++;
    }
    return next < text.length()
        && Character.isLowerCase(text.codePointAt(next))
        && tables.startingAt(next) == null;
  }

  private boolean isHeading(int position) {
    int i = position;
    while (i < text.length() && text.charAt(i) == '#') {
      i++;
    }
    int level = i - position;
    return level >= 1
        && level <= 6
        && i < text.length()
        && (text.charAt(i) == ' ' || text.charAt(i) == '\t');
  }

  /**
   * Whether a line opens or closes a fence, and if so does it. A fence is closed by its own
   * character alone, at least as often, and nothing behind it (CommonMark 0.31, 4.5); what is
   * within is no fence.
   */
  private boolean isFence(int start) {
    char c = text.charAt(start);
    if (c != '`' && c != '~') {
      return false;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) == c) {
      end++;
    }
    String mark = text.substring(start, end);
    int line = lineEnd(end);
    if (fence.isEmpty()) {
      // Backticks behind backticks are code within a line.
      boolean opens = mark.length() >= 3 && (c == '~' || text.indexOf('`', end, line) < 0);
      fence = opens ? mark : fence;
      return opens;
    }
    boolean closes = mark.startsWith(fence) && skipBlanks(end) >= line;
    fence = closes ? "" : fence;
    return closes;
  }

  private int lineEnd(int from) {
    int i = from;
    while (i < text.length() && !Characters.isLineBreak(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int skipBlanks(int from) {
    int i = from;
    while (i < text.length() && Characters.isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private boolean hasLineBreak(int from, int to) {
    for (int i = from; i < to; i++) {
      if (Characters.isLineBreak(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private int skipTerminators(int from) {
    int i = from;
    while (i < text.length()
        && (isTerminator(text.charAt(i))
            || isWideTerminator(text.charAt(i))
            || text.charAt(i) == '…')) {
      i++;
    }
    return i;
  }

  private int skipClosing(int from) {
    int i = from;
    while (i < text.length() && Characters.isClosing(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isTerminator(char c) {
    return c == '.' || c == '!' || c == '?';
  }

  private static boolean isWideTerminator(char c) {
    return switch (c) {
      case '。', '！', '？', '；', '｡', '।', '॥', '؟', '۔' -> true;
      default -> false;
    };
  }
}
