package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.json.JsonLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldsTest {

  @Test
  void aNameThatIsThereTwiceIsRefusedHoweverFarApart() {
    String between = names(1_000, "f");

    assertThatThrownBy(() -> Fields.ofObject(bytes("{\"a\":1," + between + ",\"a\":2}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'a' is given more than once");
    assertThatThrownBy(() -> Fields.ofObject(bytes("{\"a\":1,\"\\u0061\":2}")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void moreFieldsThanAnyRequestHasAreRefused() throws IOException {
    assertThat(Fields.ofObject(bytes("{" + names(JsonLimits.MAX_FIELDS, "f") + "}")).list())
        .hasSize(JsonLimits.MAX_FIELDS);

    assertThatThrownBy(() -> Fields.ofObject(bytes("{" + names(100_000, "f") + "}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than " + JsonLimits.MAX_FIELDS);
  }

  @Test
  void manyNamesCostNoMoreEachThanFewAlsoWhenTheyShareOneHash() throws IOException {
    assertThat("AaAaAaAa".hashCode()).isEqualTo("BBBBBBBB".hashCode());

    assertThat(costOf(colliding(12)) / costOf(colliding(8))).isLessThan(16 * 4.0);
    assertThat(costOf(names(8_192, "f")) / costOf(names(512, "f"))).isLessThan(16 * 4.0);
  }

  /** Names of one hash: every choice of {@code Aa} and {@code BB} in so many places. */
  private static String colliding(int places) {
    return IntStream.range(0, 1 << places)
        .mapToObj(
            choice ->
                IntStream.range(0, places)
                    .mapToObj(place -> (choice >> place & 1) == 0 ? "Aa" : "BB")
                    .collect(Collectors.joining("", "\"", "\":0")))
        .collect(Collectors.joining(","));
  }

  private static String names(int count, String prefix) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + prefix + i + "\":0")
        .collect(Collectors.joining(","));
  }

  /** CPU time of this thread, the best of five. */
  private static double costOf(String fields) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    byte[] object = bytes("{" + fields + "}");
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = threads.getCurrentThreadCpuTime();
      Fields.ofObject(object);
      best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
    }
    return best;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
