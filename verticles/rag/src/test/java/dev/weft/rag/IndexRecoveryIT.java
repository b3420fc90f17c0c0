package dev.weft.rag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.testkit.node.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the index when its files do not. */
class IndexRecoveryIT {

  private Path copies;
  private TestNode node;
  private RagClient rag;

  @BeforeEach
  void start(@TempDir Path directory) {
    copies = directory;
    // No commit by the clock: tests say what is durable.
    node =
        TestNode.builder()
            .set(RagKeys.INDEX_COMMIT_INTERVAL, Duration.ofHours(1))
            .start(new RagService());
    rag = new RagClient(node, "acme");
    rag.create("c");
    for (int i = 0; i < 20; i++) {
      rag.put("c", "d" + i, "Common text with the number " + word(i) + ".");
    }
    rag.delete("c", "d19");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Path index() {
    return node.dataDirectory().resolve("index/rag/0/lucene");
  }

  private void restart() {
    node = node.restart(new RagService());
    rag = new RagClient(node, "acme");
  }

  private interface Damage {
    void to(Path index) throws IOException;
  }

  private void restartAfter(Damage damage) {
    node.node().stop();
    try {
      damage.to(index());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  private void everythingIsFound() {
    assertThat(rag.found("c", "common text")).hasSize(19).doesNotContain("d19");
    assertThat(rag.found("c", word(7))).containsExactly("d7");
    assertThat(rag.search("c", "common").stream().map(Hit::text))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.startsWith("Common text with the number"));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(path.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** What the commit refers to, without the small files that are read whole at opening anyway. */
  private static List<Path> dataFiles(Path index) throws IOException {
    try (Stream<Path> all = Files.list(index)) {
      return all.filter(path -> path.getFileName().toString().matches("_.*\\.(cfs|fdt|doc|tim)"))
          .toList();
    }
  }

  @Test
  void aRestartGoesOnWhereTheCommitWas() {
    restart();
    everythingIsFound();
  }

  @Test
  void aWipedIndexIsRebuilt() {
    restartAfter(IndexRecoveryIT::delete);
    everythingIsFound();
  }

  @Test
  void anIndexWithAFlippedLetterIsRebuilt() {
    AtomicInteger flipped = new AtomicInteger();
    restartAfter(
        index -> {
          for (Path file : dataFiles(index)) {
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            // "Common" as it is stored, in pieces; Lucene's own "CompoundData" is read at opening.
            String other = bytes.replaceAll("Com(?!pound)", "Kom");
            flipped.addAndGet(other.equals(bytes) ? 0 : 1);
            Files.writeString(file, other, StandardCharsets.ISO_8859_1);
          }
        });
    assertThat(flipped).hasPositiveValue();
    everythingIsFound();
  }

  @Test
  void anIndexWithTruncatedFilesIsRebuilt() {
    restartAfter(
        index -> {
          for (Path file : dataFiles(index)) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
          }
        });
    everythingIsFound();
  }

  @Test
  void anIndexWithoutItsCommitIsRebuilt() {
    restartAfter(
        index -> {
          try (Stream<Path> all = Files.list(index)) {
            for (Path file : all.filter(p -> p.toString().contains("segments")).toList()) {
              Files.delete(file);
            }
          }
        });
    everythingIsFound();
  }

  @Test
  void anIndexOfAnotherFormatIsRebuilt() {
    restartAfter(index -> note(index, Map.of("format", "0")));
    everythingIsFound();
  }

  @Test
  void anIndexOfAnotherDatabaseIsRebuilt() {
    restartAfter(index -> note(index, Map.of("log", "00000000-0000-0000-0000-000000000000")));
    everythingIsFound();
  }

  @Test
  void anIndexAheadOfTheDatabaseIsRebuilt() {
    restartAfter(index -> note(index, Map.of("sequence", "1000000")));
    everythingIsFound();
  }

  /** Changes the notes of the commit and takes the documents out, so that only a rebuild helps. */
  private static void note(Path index, Map<String, String> changed) throws IOException {
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Map<String, String> notes = new HashMap<>();
      writer.getLiveCommitData().forEach(e -> notes.put(e.getKey(), e.getValue()));
      assertThat(notes).containsKeys("format", "log", "sequence");
      notes.putAll(changed);
      writer.deleteAll();
      writer.setLiveCommitData(notes.entrySet());
      writer.commit();
    }
  }

  @Test
  void changesAfterTheLastCommitAreAppliedAgainAfterACrash() throws IOException {
    restart();
    copy(index(), copies.resolve("old"));
    rag.put("c", "new", "Common text, fresh.");
    rag.put("c", "d3", "Replaced: zebra.");
    rag.delete("c", "d4");
    restartAfter(
        index -> {
          delete(index);
          copy(copies.resolve("old"), index);
        });
    assertThat(rag.found("c", "fresh")).containsExactly("new");
    assertThat(rag.found("c", "zebra")).containsExactly("d3");
    assertThat(rag.found("c", word(3) + " " + word(4))).isEmpty();
    assertThat(rag.found("c", "common text")).hasSize(18);
  }

  @Test
  void anIndexLostWhileRunningComesBack() throws IOException {
    delete(index());
    node.close();
    node =
        TestNode.builder()
            .set(RagKeys.INDEX_COMMIT_INTERVAL, Duration.ofMillis(50))
            .start(new RagService());
    rag = new RagClient(node, "acme");
    rag.create("c");
    rag.put("c", "a", "First text.");
    delete(index());
    rag.put("c", "b", "Second text.");
    // The next commit finds the files gone; from then on searches fail or find everything.
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!Files.isDirectory(index()) && System.nanoTime() < deadline) {
      rag.node()
          .mesh()
          .call(RagApi.SEARCH, new Search("c", "text", 5), node.as("acme", "t", "rag:read"))
          .otherwiseEmpty()
          .await();
    }
    assertThat(rag.found("c", "text")).containsExactlyInAnyOrder("a", "b");
  }

  /** A word of letters alone, since the parts of one with digits are words too. */
  private static String word(int number) {
    return "nx" + (char) ('a' + number) + "xn";
  }
}
