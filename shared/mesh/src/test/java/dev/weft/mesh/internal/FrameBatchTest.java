package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FrameBatchTest {
  private final FrameBatch batch = new FrameBatch();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private FrameBatch.Frame take(boolean end) {
    return Objects.requireNonNull(batch.take(7, end));
  }

  @Test
  void itemsOfOneTickTravelTogether() {
    assertThat(batch.add(bytes("one"))).isEqualTo(FrameBatch.Then.FLUSH_SOON);
    assertThat(batch.add(bytes("three"))).isEqualTo(FrameBatch.Then.NOTHING);
    FrameBatch.Frame frame = take(false);
    assertThat(frame.headers().get(Wire.KIND)).isEqualTo("items");
    assertThat(frame.headers().get(Wire.ID)).isEqualTo("7");
    assertThat(frame.headers().get(Wire.SEQUENCE)).isEqualTo("0");
    assertThat(frame.headers().get(Wire.LENGTHS)).isEqualTo("3,5");
    assertThat(frame.body().toString()).isEqualTo("onethree");
  }

  @Test
  void theSequenceCountsItems() {
    batch.add(bytes("a"));
    batch.add(bytes("b"));
    take(false);
    batch.add(bytes("c"));
    FrameBatch.Frame frame = take(true);
    assertThat(frame.headers().get(Wire.KIND)).isEqualTo("end");
    assertThat(frame.headers().get(Wire.SEQUENCE)).isEqualTo("2");
    assertThat(frame.headers().get(Wire.LENGTHS)).isEqualTo("1");
  }

  @Test
  void aFullFrameLeavesAtOnce() {
    assertThat(batch.add(new byte[Wire.MAX_FRAME_BYTES])).isEqualTo(FrameBatch.Then.FLUSH_NOW);
  }

  @Test
  void nothingIsSentWhenThereIsNothing() {
    assertThat(batch.take(7, false)).isNull();
    assertThat(take(true).headers().get(Wire.LENGTHS)).isNull();
  }

  @Test
  void lengthsMustAddUpToTheBody() {
    assertThat(FrameBatch.lengths(null, 12, false)).containsExactly(12);
    assertThat(FrameBatch.lengths(null, 0, true)).isEmpty();
    assertThat(FrameBatch.lengths("3,0,5", 8, false)).containsExactly(3, 0, 5);
    for (String wrong : new String[] {"3,5", "-1,9", "3,x", ""}) {
      assertThatThrownBy(() -> FrameBatch.lengths(wrong, 7, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
