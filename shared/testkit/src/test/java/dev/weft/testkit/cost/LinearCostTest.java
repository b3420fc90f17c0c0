package dev.weft.testkit.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinearCostTest {

  private static final LinearCost COST = LinearCost.between(1_024, 65_536);

  /** So large that quadratic work takes many times what can be measured, on a fast machine too. */
  private static final LinearCost LARGE = LinearCost.between(1_024, 262_144);

  @Test
  void linearWorkPasses() {
    assertThatCode(() -> COST.assertOn(Adversarial.json(), text -> fieldNames(text, true)))
        .doesNotThrowAnyException();
  }

  @Test
  void sortingPasses() {
    assertThatCode(
            () ->
                COST.assertOn(
                    List.of(Adversarial.distinctWords()), text -> Arrays.sort(text.split(" "))))
        .doesNotThrowAnyException();
  }

  @Test
  void comparingAllPairsOfFieldNamesIsToldByTheInput() {
    assertThatThrownBy(() -> LARGE.assertOn(Adversarial.json(), text -> fieldNames(text, false)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("'many fields' is not linear");
  }

  @Test
  void lookingAheadFromEachCharacterIsTold() {
    assertThatThrownBy(
            () ->
                LinearCost.between(1_024, 32_768)
                    .assertOn(
                        List.of(Adversarial.repeated("full stops", ".")),
                        LinearCostTest::lookAhead))
        .hasMessageContaining("'full stops' is not linear");
  }

  @Test
  void constantAndTinyWorkPass() {
    COST.assertOn("nothing", size -> size, size -> assertThat(size).isPositive());
  }

  @Test
  void everyCategoryIsAmongTheCharacters() {
    Set<Integer> categories = new HashSet<>();
    for (Adversarial input : Adversarial.characters()) {
      input.ofSize(10).codePoints().forEach(c -> categories.add(Character.getType(c)));
    }
    for (int type = 0; type <= Character.FINAL_QUOTE_PUNCTUATION; type++) {
      // 17 is no category; halves of surrogate pairs are no characters.
      if (type != 17 && type != Character.SURROGATE) {
        assertThat(categories).contains(type);
      }
    }
  }

  @Test
  void inputsHaveAboutTheSizeAskedForAndPiecesMakeTheWhole() {
    for (List<Adversarial> kind :
        List.of(Adversarial.characters(), Adversarial.texts(), Adversarial.json())) {
      for (Adversarial input : kind) {
        assertThat(input.ofSize(2_000).length()).as(input.name()).isBetween(900, 3_000);
        assertThat(String.join("", input.inPieces(300, 1)))
            .as(input.name())
            .isEqualTo(input.ofSize(300));
      }
    }
  }

  @SuppressWarnings("StringSplitter") // a parser as careless as they come
  private static void fieldNames(String text, boolean linear) {
    Set<String> seen = new HashSet<>();
    String[] names = text.split(",");
    for (int i = 0; i < names.length; i++) {
      if (linear) {
        seen.add(names[i]);
        continue;
      }
      for (int j = 0; j < i; j++) {
        if (names[i].equals(names[j])) {
          seen.add(names[i]);
        }
      }
    }
  }

  private static void lookAhead(String text) {
    int ends = 0;
    for (int i = 0; i < text.length(); i++) {
      int j = i;
      while (j < text.length() && text.charAt(j) == '.') {
        j++;
      }
      ends += j == text.length() ? 1 : 0;
    }
    assertThat(ends).isPositive();
  }
}
