package dev.weft.rag.index;

import com.ibm.icu.text.Transliterator;
import java.io.IOException;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Makes of each Chinese character its simplified form, so that either spelling finds the other; by
 * ICU's table {@code Traditional-Simplified}, character by character. Japanese is folded with it,
 * on both sides alike.
 */
final class HanFolding extends TokenFilter {
  private static final char FIRST = '\u3400';
  private static final char END = '\ua000';

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

  HanFolding(TokenStream in) {
    super(in);
  }

  @Override
  public boolean incrementToken() throws IOException {
    if (!input.incrementToken()) {
      return false;
    }
    char[] buffer = term.buffer();
    for (int i = 0; i < term.length(); i++) {
      char c = buffer[i];
      if (c >= FIRST && c < END) {
        buffer[i] = Simplified.OF[c - FIRST];
      }
    }
    return true;
  }

  /** Made with the first Chinese character. */
  private static final class Simplified {
    static final char[] OF = table();

    private static char[] table() {
      Transliterator toSimplified = Transliterator.getInstance("Traditional-Simplified");
      char[] table = new char[END - FIRST];
      for (char c = FIRST; c < END; c++) {
        String simplified = toSimplified.transliterate(Character.toString(c));
        boolean one = simplified.length() == 1;
        char folded = one ? simplified.charAt(0) : c;
        table[c - FIRST] = folded;
      }
      return table;
    }
  }
}
