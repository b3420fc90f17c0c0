package dev.weft.rag.text;

/** Where a sentence that is too long may be cut. */
final class Cuts {

  /**
   * The best place to cut: the last clause end in the second half of the reach, else the last gap
   * between words there, else the last gap before, else the first gap after the reach, else the
   * hard end.
   *
   * @param from the first offset of what is cut; the result is greater
   * @param reach how far the piece should go at most
   * @param hardEnd how far it may go to keep a word whole
   */
  static int before(String text, int from, int reach, int hardEnd) {
    int half = from + (reach - from) / 2;
    int gap = -1;
    for (int i = reach; i > from; i--) {
      if (i > half && isClauseEnd(text, i)) {
        return i;
      }
      if (gap < 0 && isGap(text, i)) {
        gap = i;
      }
      if (i <= half && gap > 0) {
        break;
      }
    }
    if (gap > 0) {
      return gap;
    }
    for (int i = Math.max(reach, from) + 1; i < hardEnd; i++) {
      if (isGap(text, i)) {
        return i;
      }
    }
    return Math.max(wholeCharacter(text, from, hardEnd), text.offsetByCodePoints(from, 1));
  }

  /** Whether a clause ends just before the offset. */
  private static boolean isClauseEnd(String text, int i) {
    if (!isGap(text, i)) {
      return false;
    }
    return switch (text.charAt(i - 1)) {
      case ',', ';', ':', ')', ']', '–', '—', '，', '、', '：', '）', '】', '」', '』', '》' -> true;
      default -> false;
    };
  }

  /** Whether two words, or a word and punctuation, meet at the offset and may be parted. */
  private static boolean isGap(String text, int i) {
    if (i >= text.length()) {
      return true;
    }
    if (Character.isSurrogatePair(text.charAt(i - 1), text.charAt(i))) {
      return false;
    }
    int next = text.codePointAt(i);
    int previous = text.codePointBefore(i);
    if (Characters.isWordSpace(next) || Characters.isWordSpace(previous)) {
      return true;
    }
    if (Characters.joinsPrevious(next) || Characters.joinsNext(previous)) {
      return false;
    }
    boolean cjkBefore = Characters.isCjk(previous);
    boolean cjkAfter = Characters.isCjk(next);
    if (cjkBefore && cjkAfter) {
      return true;
    }
    if (Characters.isWidePunctuation(previous) && !Characters.isOpening(previous)) {
      return Character.isLetter(next) || Characters.isOpening(next);
    }
    return cjkBefore && (Characters.isOpening(next) || Character.isLetter(next))
        || cjkAfter && Character.isLetter(previous);
  }

  /** The offset, or the one before it that does not part a character from what belongs to it. */
  private static int wholeCharacter(String text, int from, int end) {
    int i = end;
    while (i > from + 1
        && i < text.length()
        && (Character.isLowSurrogate(text.charAt(i))
            || Characters.joinsPrevious(text.codePointAt(i))
            || Characters.joinsNext(text.codePointBefore(i)))) {
      i--;
    }
    return i > from + 1 ? i : end;
  }

  private Cuts() {}
}
