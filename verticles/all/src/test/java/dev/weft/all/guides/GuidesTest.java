package dev.weft.all.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code of a guide is code that is compiled and run: each block is a piece of the file named
 * above it. {@link SixthServiceIT} runs it, or a test beside it does.
 */
class GuidesTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final int PAGE_LINES = 80;
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- code from (\\S+) -->\\n)?```(java|sql)\\n(.*?)\\n```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add-an-endpoint",
        "add-a-service",
        "add-an-object-class",
        "call-objects-over-http",
        "add-a-setting",
        "add-a-migration",
        "transfer-between-objects"
      })
  void theCodeOfAGuideIsTested(String guide) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/guides/" + guide + ".md"));
    assertThat(page.lines().count()).isLessThanOrEqualTo(PAGE_LINES);

    Matcher blocks = BLOCK.matcher(page);
    int found = 0;
    while (blocks.find()) {
      found++;
      assertThat(blocks.group(1)).as("file of %n%s", blocks.group(3)).isNotNull();
      Path file = ROOT.resolve(blocks.group(1));
      assertThat(blocks.group(1)).contains("/src/test/");
      assertThat(flat(Files.readString(file))).as(blocks.group(1)).contains(flat(blocks.group(3)));
    }
    assertThat(found).isGreaterThanOrEqualTo(guide.startsWith("add-") ? 3 : 1);
  }

  /** The lines without their indentation. */
  private static String flat(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }
}
