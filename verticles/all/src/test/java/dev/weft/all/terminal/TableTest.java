package dev.weft.all.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(new Table("a", "bbb").row("cccc", "d").lines(2))
        .containsExactly("  a     bbb", "  cccc  d");
  }

  @Test
  void aChineseCharacterTakesTwoColumns() {
    assertThat(new Table("服务", "x").row("chat", "y").row("状态栏", "z").lines(0))
        .containsExactly("服务    x", "chat    y", "状态栏  z");
  }

  @Test
  void combiningMarksTakeNone() {
    assertThat(DisplayWidth.of("e\u0301")).isEqualTo(1);
    assertThat(DisplayWidth.of("（）")).isEqualTo(4);
    assertThat(DisplayWidth.of("🚀")).isEqualTo(2);
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    Table table = new Table("a", "b");
    assertThatThrownBy(() -> table.row("only one")).hasMessageContaining("2 cells");
  }
}
