package dev.weft.all.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void bothLanguagesHaveTheSameKeys() {
    ResourceBundle english = Messages.in(Locale.ROOT).bundle();
    ResourceBundle chinese = Messages.in(Locale.CHINESE).bundle();
    // keySet() includes the parent's keys, so ask the Chinese texts one by one.
    for (String key : english.keySet()) {
      String text = chinese.getString(key);
      assertThat(placeholders(text)).as(key).isEqualTo(placeholders(english.getString(key)));
      if (english.getString(key).matches(".*\\b(the|is|of|to|not)\\b.*")) {
        assertThat(text).as(key).matches("(?s).*\\p{IsHan}.*");
      }
    }
    assertThat(english.keySet()).containsAll(chinese.keySet());
  }

  @Test
  void theLanguageIsChosenByTheFirstVariableThatIsSet() {
    assertThat(Messages.of(Map.of("LANG", "zh_CN.UTF-8")).text("error")).isEqualTo("错误：");
    assertThat(Messages.of(Map.of("LANG", "zh_CN.UTF-8", "WEFT_LANG", "en")).text("error"))
        .isEqualTo("Error:");
    assertThat(Messages.of(Map.of("LC_ALL", "C", "LANG", "zh_CN.UTF-8")).text("error"))
        .isEqualTo("Error:");
    assertThat(Messages.of(Map.of()).text("error")).isEqualTo("Error:");
  }

  @Test
  void numbersAreNotGrouped() {
    assertThat(Messages.in(Locale.ROOT).text("cluster.started", "chat", 12345))
        .contains("12345")
        .contains("chat");
  }

  private static java.util.List<String> placeholders(String text) {
    return Pattern.compile("\\{\\d+}")
        .matcher(text)
        .results()
        .map(java.util.regex.MatchResult::group)
        .sorted()
        .toList();
  }
}
