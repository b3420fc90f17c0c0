package dev.weft.chat.offline;

import dev.weft.chat.prepare.Message;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The built-in model reads in time linear in the length of what it is given. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OfflineCostTest {

  private static final List<Adversarial> TEXTS =
      Stream.concat(Adversarial.characters().stream(), Adversarial.texts().stream()).toList();

  private static final LinearCost COST = LinearCost.between(1_024, 1 << 16);

  @Test
  void findingSentencesIsLinear() {
    COST.assertOn(TEXTS, OfflineSentences::split);
  }

  @Test
  void collectingMaterialIsLinear() {
    COST.assertOn(
        TEXTS,
        text ->
            Material.of(
                List.of(new Message("", "assistant", text), new Message("", "user", text)),
                List.of()));
  }

  @Test
  void rankingByTermsIsLinear() {
    COST.assertOn(TEXTS, text -> Bm25.scores(text, List.of(text, text)));
  }

  @Test
  void findingWordsIsLinear() {
    COST.assertOn(TEXTS, Tokens::words);
  }

  @Test
  void countingTokensIsLinear() {
    Tokens tokens = Tokens.load();
    COST.assertOn(TEXTS, tokens::count);
  }

  @Test
  void takingTheFirstTokensIsLinear() {
    Tokens tokens = Tokens.load();
    COST.assertOn(TEXTS, text -> tokens.first(text, Integer.MAX_VALUE));
  }
}
