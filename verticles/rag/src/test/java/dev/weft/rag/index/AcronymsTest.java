package dev.weft.rag.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcronymsTest {

  @Test
  void anAcronymBeforeAWordIsParted() {
    assertThat(Acronyms.parted("throws XMLHttpError, HTTPServer"))
        .isEqualTo("XML Http HTTP Server ");
    assertThat(Acronyms.parted("URLs of PDF files, McDonald and iPhone")).isEmpty();
    assertThat(Acronyms.parted("")).isEmpty();
  }

  @Test
  void theCostIsLinear() {
    List<Adversarial> words =
        List.of(
            Adversarial.repeated("capitals", "A"),
            Adversarial.repeated("acronyms", "XMLHttp"),
            Adversarial.repeated("capitals and lower case", "AAaa"));
    LinearCost.between(2_048, 1 << 18).assertOn(words, Acronyms::parted);
  }
}
