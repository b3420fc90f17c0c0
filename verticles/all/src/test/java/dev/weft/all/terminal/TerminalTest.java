package dev.weft.all.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  @ParameterizedTest
  @CsvSource({
    "UTF-8,UTF-8",
    "ANSI_X3.4-1968,UTF-8",
    "US-ASCII,UTF-8",
    "ISO-8859-1,UTF-8",
    "'',UTF-8",
    "no such thing,UTF-8",
    "GBK,GBK",
    "GB18030,GB18030",
    "Big5,Big5",
  })
  void whatIsWrittenCanHoldEveryText(String encoding, String charset) {
    assertThat(Terminal.charset(encoding).name()).isEqualTo(charset);
  }
}
