package dev.weft.rag.text;

import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cutting a text costs time linear in its length, whatever the text. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TextCostTest {

  private static final List<Adversarial> TEXTS =
      Stream.concat(Adversarial.characters().stream(), Adversarial.texts().stream()).toList();

  @Test
  void findingSentencesIsLinear() {
    LinearCost.between(2_048, 1 << 16).assertOn(TEXTS, Cutting::sentences);
  }

  @Test
  void cuttingIntoChunksIsLinear() {
    Chunker chunker = new Chunker(400, 200);
    LinearCost.between(2_048, 1 << 16).assertOn(TEXTS, text -> Cutting.cut(chunker, text));
  }

  @Test
  void cuttingIntoTinyChunksIsLinear() {
    Chunker chunker = new Chunker(3, 1);
    LinearCost.between(2_048, 1 << 16).assertOn(TEXTS, text -> Cutting.cut(chunker, text));
  }
}
