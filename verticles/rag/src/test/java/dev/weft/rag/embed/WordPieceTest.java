package dev.weft.rag.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against the vocabularies that ship; expectations are those of BERT's own tokenizer. */
class WordPieceTest {

  private static WordPiece english;
  private static WordPiece chinese;

  @BeforeAll
  static void read() throws Exception {
    english = read(EmbeddingModel.ENGLISH);
    chinese = read(EmbeddingModel.CHINESE);
  }

  private static WordPiece read(EmbeddingModel model) throws Exception {
    try (var json = WordPieceTest.class.getResourceAsStream(model.tokenizerResource())) {
      return WordPiece.read(java.util.Objects.requireNonNull(json));
    }
  }

  private static List<Long> ids(WordPiece tokenizer, String text) {
    return LongStream.of(tokenizer.encode(text, 512)).boxed().toList();
  }

  @Test
  void wordsPiecesAndMarksHaveTheIdsOfTheModel() {
    assertThat(ids(english, "Hello, World!"))
        .containsExactly(101L, 7592L, 1010L, 2088L, 999L, 102L);
    assertThat(ids(english, "unaffable")).containsExactly(101L, 14477L, 20961L, 3468L, 102L);
    assertThat(ids(chinese, "你好")).containsExactly(101L, 872L, 1962L, 102L);
  }

  @Test
  void caseAccentsAndControlCharactersMakeNoDifference() {
    assertThat(ids(english, "Café\u0000 NAÏVE")).isEqualTo(ids(english, "cafe naive"));
    assertThat(ids(english, "a\u00A0b\t c")).isEqualTo(ids(english, "a b c"));
    assertThat(ids(chinese, "BERT模型")).isEqualTo(ids(chinese, "bert模型")).doesNotContain(100L);
  }

  @Test
  void everyIdeographIsAWordOfItsOwn() {
    assertThat(ids(chinese, "我爱north京")).isEqualTo(ids(chinese, "我 爱 north 京"));
  }

  @Test
  void oneUnknownPieceMakesTheWordUnknown() {
    WordPiece tiny =
        new WordPiece(
            new TreeMap<>(Map.of("[UNK]", 0, "[CLS]", 1, "[SEP]", 2, "un", 3, "##do", 4, ".", 5)));
    assertThat(ids(tiny, "undo.")).containsExactly(1L, 3L, 4L, 5L, 2L);
    assertThat(ids(tiny, "undox")).containsExactly(1L, 0L, 2L);
    assertThat(ids(tiny, "x".repeat(101))).containsExactly(1L, 0L, 2L);
    assertThat(ids(tiny, "un\uD83D\uDE00")).containsExactly(1L, 0L, 2L);
    assertThat(ids(tiny, "")).containsExactly(1L, 2L);
  }

  @Test
  void longTextIsCutAtTheLimit() {
    long[] ids = english.encode("word ".repeat(10_000), 512);
    assertThat(ids).hasSize(512).startsWith(101).endsWith(102);
  }
}
