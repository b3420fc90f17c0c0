package dev.weft.rag.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Test
  void groupedNumbersAreJoined() {
    assertThat(Numbers.joined("5,120 units")).isEqualTo("5120 ");
    assertThat(Numbers.joined("1,234,567.89 USD")).isEqualTo("1234567.89 1234567 ");
    assertThat(Numbers.joined("1.234.567,89 €")).isEqualTo("1234567.89 1234567 ");
    assertThat(Numbers.joined("10\u00a0000 km; 2\u202f500 €; 7 000 000"))
        .isEqualTo("10000 2500 7000000 ");
    assertThat(Numbers.joined("1'000’000")).isEqualTo("1000000 ");
  }

  @Test
  void decimalsVersionsAndListsAreNot() {
    assertThat(Numbers.joined("3.14, 12.5, 2.3 and 1,2,3 or 51200")).isEmpty();
    assertThat(Numbers.joined("")).isEmpty();
    assertThat(Numbers.joined("9".repeat(1_000))).isEmpty();
  }

  @Test
  void numbersOfOtherGroupsAreTheirDigits() {
    assertThat(Numbers.joined("ISBN 978-3-16-148410-0, phone +49 170 1234567."))
        .isEqualTo("9783161484100 491701234567 1701234567 ");
  }

  @Test
  void theCostIsLinear() {
    LinearCost.between(2_048, 1 << 18).assertOn(Adversarial.texts(), Numbers::joined);
  }
}
