package dev.weft.chat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {

  @Test
  void englishIsCutAtSentenceEnds() {
    assertThat(
            OfflineSentences.split(
                "Dr. Smith paid $3.50 at 5 p.m. He left! \"Why?\" she asked. See e.g. Fig. 2."))
        .containsExactly(
            "Dr. Smith paid $3.50 at 5 p.m.",
            "He left!",
            "\"Why?\"",
            "she asked.",
            "See e.g. Fig. 2.");
  }

  @Test
  void initialsAndListNumbersEndNothing() {
    assertThat(OfflineSentences.split("J. R. Tolkien wrote it.\n1. First point\n2. Second point"))
        .containsExactly("J. R. Tolkien wrote it.", "1. First point", "2. Second point");
  }

  @Test
  void chineseIsCutAtItsOwnMarks() {
    assertThat(OfflineSentences.split("他说：“你好。”然后走了！为什么？没人知道……"))
        .containsExactly("他说：“你好。”", "然后走了！", "为什么？", "没人知道……");
  }

  @Test
  void questionsAreKnown() {
    assertThat(OfflineSentences.asks("Why? ")).isTrue();
    assertThat(OfflineSentences.asks("“为什么？”")).isTrue();
    assertThat(OfflineSentences.asks("Because.")).isFalse();
    assertThat(OfflineSentences.asks("\"")).isFalse();
  }

  @Test
  void everyLineBreakEndsASentenceAndNoneIsLeftWithOne() {
    for (String lineBreak : List.of("\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\f")) {
      String text = lineBreak + "One" + lineBreak + "two" + lineBreak;
      assertThat(OfflineSentences.split(text)).as(lineBreak).containsExactly("One", "two");
      assertThat(OfflineSentences.split(lineBreak.repeat(100))).isEmpty();
    }
  }

  @Test
  void marksInARowEndASentenceTogetherOrNotAtAll() {
    assertThat(OfflineSentences.split("Stop!!! Why?!) Look at .hidden and a...b. \"Ok.\" End"))
        .containsExactly("Stop!!!", "Why?!)", "Look at .hidden and a...b.", "\"Ok.\"", "End");
  }
}
