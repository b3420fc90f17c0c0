package dev.weft.chat.offline;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.EncodingType;
import dev.weft.chat.prepare.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts tokens as OpenAI's newer models do (o200k_base). Thread-safe. */
final class Tokens {

  /** What a message costs beside its words, and a request beside its messages (OpenAI cookbook). */
  private static final int A_MESSAGE = 3;

  private static final int A_REQUEST = 3;

  private final Encoding encoding;

  private Tokens(Encoding encoding) {
    this.encoding = encoding;
  }

  /** Loads the vocabulary once, when first asked: it takes a second and some memory. */
  static final class Loader {
    private final Vertx vertx;
    private @Nullable Future<Tokens> loaded;

    Loader(Vertx vertx) {
      this.vertx = vertx;
    }

    /** The counter; loaded on a worker thread. */
    synchronized Future<Tokens> get() {
      if (loaded == null || loaded.failed()) {
        loaded = vertx.executeBlocking(Tokens::load, false);
      }
      return loaded;
    }
  }

  static Tokens load() {
    return new Tokens(Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE));
  }

  int count(String text) {
    return encoding.countTokensOrdinary(text);
  }

  /** Tokens of a request's messages. */
  int count(List<Message> messages) {
    int sum = A_REQUEST;
    for (Message message : messages) {
      sum += A_MESSAGE + count(message.role()) + count(message.text());
    }
    return sum;
  }

  /** The first part of a text, of at most so many tokens, cut between characters. */
  String first(String text, int tokens) {
    EncodingResult result = encoding.encodeOrdinary(text, tokens);
    return result.isTruncated() ? encoding.decode(result.getTokens()) : text;
  }

  /** A text in pieces the size of words: Chinese by the character, all else by the space. */
  static List<String> words(String text) {
    List<String> out = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean complete = false;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int c = text.codePointAt(at);
      boolean space = Character.isWhitespace(c);
      boolean han = Terms.isHan(c);
      if (!word.isEmpty() && !space && (complete || han)) {
        out.add(word.toString());
        word.setLength(0);
        complete = false;
      }
      word.appendCodePoint(c);
      complete |= space || han;
    }
    if (!word.isEmpty()) {
      out.add(word.toString());
    }
    return out;
  }
}
