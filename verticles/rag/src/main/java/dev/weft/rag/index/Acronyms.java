package dev.weft.rag.index;

/**
 * Parts words in which an acronym runs into the next word: {@code XMLHttpError} as {@code XML
 * HttpError}. Other capitals part a word by themselves.
 */
final class Acronyms {

  /** A plural ends with one lower-case letter and is no word of its own: {@code URLs}. */
  private static final int LEAST_LOWER = 2;

  /** The words of a text that begin with an acronym or hold one, in parts; empty for none. */
  static String parted(String text) {
    StringBuilder out = new StringBuilder();
    int word = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isLetterOrDigit(text.charAt(i))) {
        word = i + 1;
      } else if (i > word && endsAcronym(text, i)) {
        out.append(text, word, i).append(' ');
        word = i;
        int end = wordEnd(text, i);
        out.append(text, i, end).append(' ');
      }
    }
    return out.toString();
  }

  /** Whether the capital at the offset begins a word behind the capitals of an acronym. */
  private static boolean endsAcronym(String text, int i) {
    if (!Character.isUpperCase(text.charAt(i)) || !Character.isUpperCase(text.charAt(i - 1))) {
      return false;
    }
    int lower = i + 1;
    while (lower < text.length()
        && lower <= i + LEAST_LOWER
        && Character.isLowerCase(text.charAt(lower))) {
      lower++;
    }
    return lower > i + LEAST_LOWER;
  }

  private static int wordEnd(String text, int start) {
    int end = start + 1;
    while (end < text.length() && Character.isLowerCase(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private Acronyms() {}
}
