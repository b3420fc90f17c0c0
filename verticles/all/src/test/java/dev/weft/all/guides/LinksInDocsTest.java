package dev.weft.all.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages lead somewhere, and every page can be reached from the index. */
class LinksInDocsTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?://|#)([^)#\\s]+)");

  @Test
  void everyRelativeLinkLeadsToAFile() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      for (Path target : targets(page)) {
        if (!Files.exists(target)) {
          dead.add(ROOT.relativize(page) + " -> " + ROOT.relativize(target));
        }
      }
    }

    assertThat(dead).isEmpty();
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    Path index = ROOT.resolve("docs/README.md");
    List<Path> named = targets(index);

    assertThat(pages().stream().filter(page -> page.startsWith(ROOT.resolve("docs"))))
        .filteredOn(page -> !page.equals(index))
        .isSubsetOf(named);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "README.zh.md", "CONTRIBUTING.md").map(ROOT::resolve),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  private static List<Path> targets(Path page) throws IOException {
    List<Path> targets = new ArrayList<>();
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      targets.add(page.resolveSibling(link.group(1)).normalize());
    }
    return targets;
  }
}
