package dev.weft.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DotEnvTest {

  private final List<String> problems = new ArrayList<>();

  @Test
  void plainExportedAndSpacedAssignmentsAreRead() {
    assertThat(values("A=1\nexport B=two words\n  C = 3 \nD=\nE=a=b#c\n"))
        .containsExactly(
            Map.entry("A", "1"),
            Map.entry("B", "two words"),
            Map.entry("C", "3"),
            Map.entry("D", ""),
            Map.entry("E", "a=b#c"));
  }

  @Test
  void commentsAndEmptyLinesAreSkipped() {
    assertThat(values("# A=0\n\n   \nA=1 # one\nB=#nothing\nC='x' # y\n"))
        .containsExactly(Map.entry("A", "1"), Map.entry("B", ""), Map.entry("C", "x"));
  }

  @Test
  void quotesKeepWhatIsInThem() {
    assertThat(values("A='a # \\n \"b\"'\nB=\"a # \\n \\\" \\$x 'c'\"\n"))
        .containsExactly(Map.entry("A", "a # \\n \"b\""), Map.entry("B", "a # \n \" $x 'c'"));
  }

  @Test
  void aByteOrderMarkAndWindowsLinesAreFine() {
    assertThat(values("\ufeffA=1\r\nB=2\r\n"))
        .containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
  }

  @Test
  void aLineThatCannotBeReadIsNamedButNotShown() {
    assertThat(values("A=1\nsk-secret\nB='open\nC=2\n"))
        .containsExactly(Map.entry("A", "1"), Map.entry("C", "2"));
    assertThat(problems)
        .containsExactly(".env:2: must be NAME=value", ".env:3: B has a quote that does not end");
  }

  private Map<String, String> values(String text) {
    Map<String, String> values = new java.util.LinkedHashMap<>();
    DotEnv.parse(text, ".env", problems).forEach((name, entry) -> values.put(name, entry.value()));
    return values;
  }
}
