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
      Stream.of(Adversarial.characters(), Adversarial.texts(), tables())
          .flatMap(List::stream)
          .toList();

  /** What looks like tables, or almost. */
  private static List<Adversarial> tables() {
    return Stream.of("a,b\n", "a,b\na,b\n1\n", "a|b\n-|-\n", "|-\n", "a\tb;c|d,e\n", ",", "\",\n")
        .map(line -> Adversarial.repeated("table of " + line.strip(), line))
        .toList();
  }

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
  void findingTheHeadersOfTablesIsLinear() {
    Chunker chunker = new Chunker(40, 20);
    LinearCost.between(2_048, 1 << 16)
        .assertOn(TEXTS, text -> Tables.headers(text, Cutting.cut(chunker, text), Cutting.ample()));
  }

  @Test
  void cuttingIntoTinyChunksIsLinear() {
    Chunker chunker = new Chunker(3, 1);
    LinearCost.between(2_048, 1 << 16).assertOn(TEXTS, text -> Cutting.cut(chunker, text));
  }
}
