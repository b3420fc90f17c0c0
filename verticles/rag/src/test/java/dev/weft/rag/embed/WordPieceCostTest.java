package dev.weft.rag.embed;

import dev.weft.rag.text.Characters;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading a text for an embedding costs time linear in its length, whatever the text. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WordPieceCostTest {

  private static final List<Adversarial> TEXTS =
      Stream.concat(Adversarial.characters().stream(), Adversarial.texts().stream()).toList();

  private static WordPiece tokenizer() {
    Map<String, Integer> vocabulary = new HashMap<>();
    for (String token : List.of("[UNK]", "[CLS]", "[SEP]", "a", "##a", "word", "w", "##b", "x")) {
      vocabulary.put(token, vocabulary.size());
    }
    return new WordPiece(vocabulary);
  }

  @Test
  void cuttingIntoWordPiecesIsLinear() {
    WordPiece tokenizer = tokenizer();
    LinearCost.between(2_048, 1 << 16)
        .assertOn(TEXTS, text -> tokenizer.encode(text, Integer.MAX_VALUE / 1024));
  }

  @Test
  void tellingTheScriptIsLinear() {
    LinearCost.between(2_048, 1 << 16).assertOn(TEXTS, Characters::cjkShare);
  }
}
