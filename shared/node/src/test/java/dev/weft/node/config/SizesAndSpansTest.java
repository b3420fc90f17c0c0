package dev.weft.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesAndSpansTest {

  @ParameterizedTest
  @ValueSource(strings = {"0B", "1023B", "1KiB", "1536KiB", "4MiB", "2GiB"})
  void aSizeReadsAsItIsWritten(String text) {
    assertThat(ByteSize.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "250ms", "1500ms", "30s", "5m", "90s", "2h", "7d"})
  void aSpanReadsAsItIsWritten(String text) {
    Duration span = TimeSpan.parse(text);
    assertThat(TimeSpan.parse(TimeSpan.format(span))).isEqualTo(span);
  }

  @Test
  void aSizeWithoutUnitIsBytes() {
    assertThat(ByteSize.parse("4096").bytes()).isEqualTo(4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1B", "4MB", "1.5GiB", "four", "9999999999999999GiB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "-1s", "1.5s", "1h30m", "PT5S"})
  void whatIsNoSpanIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TimeSpan.parse(text));
  }
}
