package dev.weft.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  private static final PathTemplate MODELS = new PathTemplate("/models/{id...}");
  private static final PathTemplate DOCUMENTS = new PathTemplate("/c/{collection}/d/{id}");
  private static final PathTemplate ROOT = new PathTemplate("/");

  @ParameterizedTest
  @CsvSource({
    "/models/gpt-4o,gpt-4o",
    "/models/meta/llama-3,meta/llama-3",
    "/models/meta%2Fllama-3,meta/llama-3",
    "/models/a/b%2Fc/d,a/b/c/d",
    "/models/a+b%20c,a+b c",
    "/models/%E6%A8%A1%E5%9E%8B,模型",
  })
  void anOpenEndedVariableTakesSlashes(String path, String id) {
    assertThat(MODELS.match(path)).isEqualTo(Map.of("id", id));
    assertThat(path).matches(MODELS.regex());
  }

  @Test
  void variablesAreDecodedOneByOne() {
    String path = "/c/a%2Fb/d/x%3Fy";

    assertThat(DOCUMENTS.match(path)).isEqualTo(Map.of("collection", "a/b", "id", "x?y"));
    assertThat(path).matches(DOCUMENTS.regex());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "//",
        "/c",
        "/c/a/d",
        "/c/a/d/",
        "/c//d/x",
        "/c/a/d/x/y",
        "/models/",
        "/models",
        "/models/%zz",
        "/C/a/d/x"
      })
  void otherPathsAreUnknown(String path) {
    for (PathTemplate template : List.of(MODELS, DOCUMENTS, ROOT)) {
      assertThat(template.match(path)).isNull();
    }
  }

  @Test
  void aPathWithoutVariablesIsMatchedToTheLetter() {
    assertThat(ROOT.match("/")).isEmpty();
    assertThat(new PathTemplate("/health").match("/health/")).isNull();
    assertThat(new PathTemplate("/health").exact()).isTrue();
    assertThat(MODELS.exact()).isFalse();
  }

  @Test
  void whatAnHttpLineCanHoldBesidesLettersIsPartOfAValue() {
    String path = "/c/a\u0085b/d/\u00ff;:@$*";

    assertThat(DOCUMENTS.match(path))
        .isEqualTo(Map.of("collection", "a\u0085b", "id", "\u00ff;:@$*"));
    assertThat(path).matches(DOCUMENTS.regex());
    assertThat("/models/a\u0085b").matches(MODELS.regex());
  }
}
