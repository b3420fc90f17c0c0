package dev.weft.rag.embed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * BERT's uncased tokenizer: clean, lower-case, strip accents, part words at blanks, punctuation and
 * CJK ideographs, then the longest known pieces of each word (Devlin et al. 2018, {@code
 * tokenization.py} of google-research/bert). Lower case also for the Chinese model, whose shipped
 * settings say otherwise: its vocabulary has no capital letter, so "BERT" would be unknown.
 * Immutable and thread-safe.
 */
final class WordPiece {

  private static final int LONGEST_WORD = 100;
  private static final String CONTINUATION = "##";

  private final Map<String, Integer> vocabulary;
  private final int unknown;
  private final int start;
  private final int end;

  WordPiece(Map<String, Integer> vocabulary) {
    this.vocabulary = Map.copyOf(vocabulary);
    this.unknown = special("[UNK]");
    this.start = special("[CLS]");
    this.end = special("[SEP]");
  }

  private int special(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary lacks " + token);
    }
    return id;
  }

  /** Reads the vocabulary of a {@code tokenizer.json}. */
  static WordPiece read(InputStream json) throws IOException {
    Map<String, Integer> vocabulary = new HashMap<>(65_536);
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME && parser.currentName().equals("vocab")) {
          parser.nextToken();
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String token = parser.currentName();
            vocabulary.put(token, parser.nextIntValue(-1));
          }
          break;
        }
      }
    }
    return new WordPiece(vocabulary);
  }

  /**
   * The ids of a text between the start and the end mark.
   *
   * @param most how many ids there may be, the marks included; further text is left out
   */
  long[] encode(String text, int most) {
    Ids ids = new Ids(most - 1);
    ids.add(start);
    StringBuilder word = new StringBuilder();
    int letters = 0;
    for (int i = 0; i < text.length() && !ids.full(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (isBlank(codePoint)) {
        flush(word, letters, ids);
        letters = 0;
      } else if (isPunctuation(codePoint) || isIdeograph(codePoint)) {
        flush(word, letters, ids);
        letters = 0;
        addWord(normalized(Character.toString(codePoint)), ids);
      } else if (!isDropped(codePoint) && ++letters <= LONGEST_WORD) {
        word.appendCodePoint(codePoint);
      }
    }
    flush(word, letters, ids);
    return ids.closedWith(end);
  }

  private void flush(StringBuilder word, int letters, Ids ids) {
    if (letters > LONGEST_WORD) {
      // Known to be too long as it is; normalising it would take time quadratic in its length.
      ids.add(unknown);
    } else if (letters > 0) {
      addWord(normalized(word.toString()), ids);
    }
    word.setLength(0);
  }

  private static String normalized(String word) {
    String decomposed = Normalizer.normalize(word.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    StringBuilder kept = new StringBuilder(decomposed.length());
    decomposed
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private void addWord(String word, Ids ids) {
    if (word.isEmpty()) {
      return;
    }
    if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
      ids.add(unknown);
      return;
    }
    int mark = ids.size();
    for (int from = 0; from < word.length(); ) {
      int to = word.length();
      Integer id = null;
      while (to > from && id == null) {
        String piece = word.substring(from, to);
        id = vocabulary.get(from == 0 ? piece : CONTINUATION + piece);
        if (id == null) {
          to = word.offsetByCodePoints(to, -1);
        }
      }
      if (id == null) {
        // One unknown piece makes the whole word unknown.
        ids.backTo(mark);
        ids.add(unknown);
        return;
      }
      ids.add(id);
      from = to;
    }
  }

  private static boolean isBlank(int codePoint) {
    return codePoint == '\t'
        || codePoint == '\n'
        || codePoint == '\r'
        || Character.getType(codePoint) == Character.SPACE_SEPARATOR
        || Character.isWhitespace(codePoint);
  }

  /** What the model does not read; marks above letters among it, since accents are stripped. */
  private static boolean isDropped(int codePoint) {
    return codePoint == 0xFFFD
        || switch (Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK,
              Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED ->
              true;
          default -> false;
        };
  }

  private static boolean isPunctuation(int codePoint) {
    if ((codePoint >= 33 && codePoint <= 47)
        || (codePoint >= 58 && codePoint <= 64)
        || (codePoint >= 91 && codePoint <= 96)
        || (codePoint >= 123 && codePoint <= 126)) {
      return true;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** CJK ideographs as BERT counts them; kana and Hangul are words like others. */
  private static boolean isIdeograph(int codePoint) {
    return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
        || (codePoint >= 0x3400 && codePoint <= 0x4DBF)
        || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
        || (codePoint >= 0x2A700 && codePoint <= 0x2CEAF)
        || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
        || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
  }

  /** A bounded list of ids. */
  private static final class Ids {
    private final long[] ids;
    private int size;

    Ids(int most) {
      ids = new long[most];
    }

    void add(long id) {
      if (size < ids.length) {
        ids[size++] = id;
      }
    }

    void backTo(int mark) {
      size = Math.min(size, mark);
    }

    int size() {
      return size;
    }

    boolean full() {
      return size == ids.length;
    }

    long[] closedWith(long id) {
      long[] all = Arrays.copyOf(ids, size + 1);
      all[size] = id;
      return all;
    }
  }
}
