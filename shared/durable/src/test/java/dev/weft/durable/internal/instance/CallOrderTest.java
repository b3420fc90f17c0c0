package dev.weft.durable.internal.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The calls of one stub enter in the order they were made. */
final class CallOrderTest {
  private static final Fragment NO_ARGS = new Fragment("[]".getBytes(StandardCharsets.UTF_8));

  private final CallOrder order = new CallOrder();

  private boolean accept(long stub, long sequence, long previous) {
    return order.accept(
        new ObjectRequest(
            "00", null, "m", NO_ARGS, null, stub, sequence, previous, List.of(), null, null));
  }

  @Test
  void aCallThatFollowsOneOnItsWayEntersAfterIt() {
    assertThat(accept(7, 2, 1)).isFalse();
    assertThat(accept(7, 1, 0)).isTrue();
    assertThat(accept(7, 3, 2)).isFalse();
    assertThat(accept(7, 2, 1)).isTrue();
    assertThat(accept(7, 3, 2)).isTrue();
  }

  @Test
  void stubsDoNotWaitForEachOther() {
    assertThat(accept(7, 1, 0)).isTrue();
    assertThat(accept(8, 2, 1)).isFalse();
    assertThat(accept(0, 5, 4)).isTrue();
  }

  @Test
  void whoseStubIsForgottenIsSentAgain() {
    assertThat(accept(7, 1, 0)).isTrue();
    order.clear();
    assertThat(accept(7, 2, 1)).isFalse();
    assertThat(accept(7, 1, 0)).isTrue();
    for (int stub = 100; stub < 164; stub++) {
      assertThat(accept(stub, 1, 0)).isTrue();
    }
    assertThat(accept(7, 2, 1)).isFalse();
  }
}
