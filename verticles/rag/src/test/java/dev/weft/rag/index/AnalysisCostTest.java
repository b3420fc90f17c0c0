package dev.weft.rag.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.index.MultiReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Analysing texts and questions costs time linear in their length, whatever they say. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnalysisCostTest {

  private static final List<Adversarial> TEXTS =
      Stream.concat(Adversarial.characters().stream(), Adversarial.texts().stream()).toList();

  private static final LinearCost COST = LinearCost.between(1_024, 16_384);

  private final ChunkAnalyzer analyzer = new ChunkAnalyzer();

  private void analyse(String field, String text) {
    try (TokenStream tokens = analyzer.tokenStream(field, text)) {
      tokens.reset();
      while (tokens.incrementToken()) {
        assertThat(tokens.hasAttributes()).isTrue();
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void findingTheWordsOfAChunkIsLinear() {
    COST.assertOn(TEXTS, text -> analyse(ChunkAnalyzer.wordField(1), text));
  }

  @Test
  void findingTheSingleCharactersOfAChunkIsLinear() {
    COST.assertOn(TEXTS, text -> analyse(ChunkAnalyzer.characterField(1), text));
  }

  @Test
  void readingAQuestionIsLinear() throws IOException {
    MultiReader nothing = new MultiReader();
    COST.assertOn(
        TEXTS,
        text -> {
          try {
            assertThat(ChunkQuery.of(nothing, analyzer, 1, text)).isNotNull();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
