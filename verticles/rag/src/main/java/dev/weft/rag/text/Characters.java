package dev.weft.rag.text;

import java.lang.Character.UnicodeScript;

/** What single characters mean for cutting text. */
public final class Characters {

  private static final int ZERO_WIDTH_SPACE = 0x200B;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** Whether a code point is a letter of Chinese, Japanese or Korean. */
  public static boolean isCjk(int codePoint) {
    if (codePoint < 0x1100) {
      return false;
    }
    return switch (UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> true;
      default -> false;
    };
  }

  /** The share of a text's letters that are Chinese, Japanese or Korean: 0 to 1. */
  public static double cjkShare(String text) {
    long letters = 0;
    long cjk = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (isCjk(codePoint)) {
        cjk++;
        letters++;
      } else if (Character.isLetter(codePoint)) {
        letters++;
      }
    }
    return letters == 0 ? 0 : (double) cjk / letters;
  }

  /** A CJK letter, or punctuation as wide as one. */
  static boolean isWide(int codePoint) {
    return isWidePunctuation(codePoint) || isCjk(codePoint);
  }

  static boolean isWidePunctuation(int codePoint) {
    return ((codePoint > 0x3000 && codePoint <= 0x3020)
            || (codePoint > 0xFF00 && codePoint <= 0xFF65))
        && !Character.isLetterOrDigit(codePoint);
  }

  /**
   * Anything that shows nothing: trimmed from the ends of a chunk. Every line break is blank, so
   * that what is not blank always begins something.
   */
  static boolean isBlank(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || Character.isISOControl(codePoint)
        || codePoint == ZERO_WIDTH_SPACE
        || codePoint == BYTE_ORDER_MARK
        || isLineBreak(codePoint);
  }

  /** A blank that separates words; those that group the digits of a number do not. */
  static boolean isWordSpace(int codePoint) {
    return isBlank(codePoint)
        && switch (codePoint) {
          case '\u00A0', '\u2007', '\u2009', '\u202F', BYTE_ORDER_MARK -> false;
          default -> true;
        };
  }

  /** A line's end, a page's end included (the mandatory breaks of Unicode's UAX 14). */
  static boolean isLineBreak(int codePoint) {
    return switch (codePoint) {
      case '\n', '\u000B', '\f', '\r', '\u0085', '\u2028', '\u2029' -> true;
      default -> false;
    };
  }

  static boolean isClosing(int codePoint) {
    return codePoint == '"'
        || codePoint == '\''
        || switch (Character.getType(codePoint)) {
          case Character.END_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION -> true;
          default -> false;
        };
  }

  static boolean isOpening(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.START_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION -> true;
      default -> false;
    };
  }

  /** Whether a code point belongs to the one before it, so that nothing may come between them. */
  static boolean joinsPrevious(int codePoint) {
    if (codePoint == ZERO_WIDTH_JOINER || (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF)) {
      return true;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  static boolean joinsNext(int codePoint) {
    return codePoint == ZERO_WIDTH_JOINER;
  }

  private Characters() {}
}
