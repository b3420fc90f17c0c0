package dev.weft.mesh.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  private boolean take(long number) {
    boolean isNew = window.isNew(number);
    if (isNew) {
      window.note(number);
    }
    return isNew;
  }

  @Test
  void eachNumberCountsOnce() {
    assertThat(take(5)).isTrue();
    assertThat(take(5)).isFalse();
    assertThat(take(3)).isTrue();
    assertThat(take(4)).isTrue();
    assertThat(take(3)).isFalse();
    assertThat(take(0)).isFalse();
    assertThat(take(-1)).isFalse();
  }

  @Test
  void whatIsOlderThanTheWindowDoesNotCount() {
    long first = 1_000_000_000_000L;
    assertThat(take(first)).isTrue();
    assertThat(take(first + ReplayWindow.SIZE)).isTrue();
    assertThat(take(first)).isFalse();
    assertThat(take(first + 1)).isTrue();
    assertThat(take(first + 1)).isFalse();
    assertThat(take(first + 10L * ReplayWindow.SIZE)).isTrue();
    assertThat(take(first + ReplayWindow.SIZE)).isFalse();
  }

  @Test
  void anyOrderWithinTheWindowIsAsASetWouldHaveIt() {
    Random random = new Random(11);
    Set<Long> seen = new HashSet<>();
    long at = ReplayWindow.SIZE;
    for (int i = 0; i < 300_000; i++) {
      at += random.nextInt(3);
      long number = at - random.nextInt(ReplayWindow.SIZE / 2);
      assertThat(take(number)).isEqualTo(seen.add(number));
    }
  }
}
