package dev.weft.chat.offline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.chat.prepare.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaterialTest {

  @Test
  void theLastUserMessageAsksAndTheOthersAnswer() {
    Material material =
        of(
            "{\"role\":\"system\",\"content\":\"The moon is far.\"}",
            "{\"role\":\"user\",\"content\":\"Is it? I like cheese.\"}",
            "{\"role\":\"user\",\"content\":\"How far is the moon?\"}");
    assertThat(material.question()).isEqualTo("How far is the moon?");
    assertThat(material.sentences())
        .extracting(Quotable::text)
        .containsExactly("I like cheese.", "The moon is far.");
  }

  @Test
  void aPastedTextIsMaterialForTheQuestionAboutIt() {
    Material material =
        of("{\"role\":\"user\",\"content\":\"Bees fly. Ants walk. What do ants do?\"}");
    assertThat(material.question()).isEqualTo("What do ants do?");
    assertThat(material.sentences()).extracting(Quotable::text).contains("Ants walk.");
  }

  @Test
  void ownAnswersAreNotQuotedAgain() {
    Material material =
        of(
            "{\"role\":\"assistant\",\"content\":\""
                + Phrases.nothing(false, false).replace("\"", "\\\"")
                + "\"}",
            "{\"role\":\"user\",\"content\":\"What is a provider?\"}");
    assertThat(material.sentences()).isEmpty();
  }

  @Test
  void termsRankInBothLanguages() {
    List<String> english = List.of("Ants walk in rows.", "Whales are hunted.", "The sky.");
    double[] scores = Bm25.scores("Who hunts whales?", english);
    assertThat(scores[1]).isPositive().isGreaterThan(scores[0]);
    assertThat(scores[2]).isZero();
    List<String> chinese = List.of("天空是蓝色的。", "鲸鱼在夜里睡觉。");
    double[] zh = Bm25.scores("鲸鱼什么时候睡觉？", chinese);
    assertThat(zh[1]).isPositive();
    assertThat(zh[0]).isZero();
    assertThat(Bm25.scores("What is the", english)).containsOnly(0);
  }

  @Test
  void languagesAreTold() {
    assertThat(Terms.isChinese("你好 Weft")).isTrue();
    assertThat(Terms.isChinese("Hello, 你")).isFalse();
    assertThat(Terms.isChinese("")).isFalse();
  }

  @Test
  void wordsPutTogetherAreTheText() {
    String text = " Hello,  world!\n你好 😀 end";
    assertThat(String.join("", Tokens.words(text))).isEqualTo(text);
    assertThat(Tokens.words("Hi there 你好")).containsExactly("Hi ", "there ", "你", "好");
  }

  @Test
  void tokensAreCountedAsTheVocabularyHasThem() {
    Tokens tokens = Tokens.load();
    assertThat(tokens.count("Hello, world!")).isEqualTo(4);
    String first = tokens.first("Hello, world! And so on.", 2);
    assertThat(first).isEqualTo("Hello,");
    assertThat(tokens.first("short", 100)).isEqualTo("short");
    assertThat(tokens.count("<|endoftext|>")).isGreaterThan(1);
  }

  private static Material of(String... messages) {
    return Material.of(
        Message.list(("[" + String.join(",", messages) + "]").getBytes(UTF_8)), List.of());
  }
}
