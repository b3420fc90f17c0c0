package dev.weft.chat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {

  @Test
  void englishIsCutAtSentenceEnds() {
    assertThat(
            Sentences.split(
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
    assertThat(Sentences.split("J. R. Tolkien wrote it.\n1. First point\n2. Second point"))
        .containsExactly("J. R. Tolkien wrote it.", "1. First point", "2. Second point");
  }

  @Test
  void chineseIsCutAtItsOwnMarks() {
    assertThat(Sentences.split("他说：“你好。”然后走了！为什么？没人知道……"))
        .containsExactly("他说：“你好。”", "然后走了！", "为什么？", "没人知道……");
  }

  @Test
  void questionsAreKnown() {
    assertThat(Sentences.asks("Why? ")).isTrue();
    assertThat(Sentences.asks("“为什么？”")).isTrue();
    assertThat(Sentences.asks("Because.")).isFalse();
    assertThat(Sentences.asks("\"")).isFalse();
  }
}
