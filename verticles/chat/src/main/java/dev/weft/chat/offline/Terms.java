package dev.weft.chat.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a text is about: its words without the empty ones; of Chinese, pairs of characters. */
final class Terms {

  private static final Set<String> STOP_WORDS =
      Set.of(
          "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but",
          "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he",
          "her", "his", "how", "i", "if", "in", "is", "it", "its", "just", "me", "my", "of", "on",
          "or", "our", "please", "say", "she", "should", "so", "some", "tell", "than", "that",
          "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "we",
          "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with",
          "would", "you", "your");

  /** Characters that ask or bind and say nothing. */
  private static final String STOP_CHARACTERS = "的了是在有和与吗呢吧啊么什怎哪谁请我你他她它这那个们";

  private Terms() {}

  /** The terms in order, with repetitions. */
  static List<String> of(String text) {
    List<String> out = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int before = -1;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      // Each by itself: String.toLowerCase looks around every capital sigma, which is quadratic.
      int c = Character.toLowerCase(text.codePointAt(at));
      boolean han = isHan(c);
      if (Character.isLetterOrDigit(c) && !han) {
        word.appendCodePoint(c);
      } else {
        addWord(out, word);
      }
      boolean says = han && STOP_CHARACTERS.indexOf(c) < 0;
      if (says && before >= 0) {
        out.add(new StringBuilder().appendCodePoint(before).appendCodePoint(c).toString());
      }
      before = says ? c : -1;
    }
    addWord(out, word);
    return out;
  }

  /** Whether a text is Chinese rather than English. */
  static boolean isChinese(String text) {
    long han = text.codePoints().filter(Terms::isHan).count();
    long letters = text.codePoints().filter(Character::isLetter).count();
    return han > 0 && han * 5 >= letters;
  }

  static boolean isHan(int codePoint) {
    return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN;
  }

  private static void addWord(List<String> out, StringBuilder word) {
    if (!word.isEmpty()) {
      String whole = word.toString();
      word.setLength(0);
      if (!STOP_WORDS.contains(whole)) {
        out.add(stem(whole));
      }
    }
  }

  /** Takes the commonest endings off, so that "whale" finds "whales" and "hunt" "hunted". */
  private static String stem(String word) {
    int length = word.length();
    if (length > 5 && word.endsWith("ing")) {
      return word.substring(0, length - 3);
    }
    if (length > 4 && (word.endsWith("ed") || word.endsWith("es"))) {
      return word.substring(0, length - 2);
    }
    if (length > 3 && word.endsWith("s") && !word.endsWith("ss")) {
      return word.substring(0, length - 1);
    }
    return length > 4 && word.endsWith("e") ? word.substring(0, length - 1) : word;
  }
}
