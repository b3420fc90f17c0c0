package dev.weft.rag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.CollectionRef;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.RagApi;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one database and one data directory. */
class SeveralNodesIT {

  private Path data;
  private DatabaseUrl database;
  private TestNode first;
  private TestNode second;

  @BeforeEach
  void start(@TempDir Path directory) {
    data = directory;
    database = TestDatabases.create();
    first = node();
    second = node();
    new RagClient(first, "acme").create("c");
  }

  private TestNode node() {
    // The clock is out of the game: what arrives in time was asked for or notified.
    return TestNode.builder()
        .database(database)
        .dataDirectory(data)
        .set(RagKeys.CHANGE_POLL, Duration.ofHours(1))
        .start(new RagService());
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    TestDatabases.drop(database);
  }

  @Test
  void eachSeesTheOthersWritesAtOnce() {
    RagClient a = new RagClient(first, "acme");
    RagClient b = new RagClient(second, "acme");
    for (int i = 0; i < 20; i++) {
      a.put("c", "a" + i, "apple " + word("n", i));
      assertThat(b.found("c", word("n", i))).containsExactly("a" + i);
      b.put("c", "a" + i, "cherry " + word("m", i));
      assertThat(a.found("c", word("n", i))).isEmpty();
      assertThat(a.found("c", word("m", i))).containsExactly("a" + i);
    }
    b.delete("c", "a0");
    assertThat(a.found("c", word("m", 0))).isEmpty();
    assertThat(data.resolve("index/rag/0/lucene")).isDirectory();
    assertThat(data.resolve("index/rag/1/lucene")).isDirectory();
  }

  @Test
  void aNodeFollowsWritesElsewhereWithoutBeingAsked() {
    new RagClient(first, "acme").put("c", "a", "apple");
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (documents(second) == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  /** 1 when the node's index holds one document. */
  private static long documents(TestNode node) {
    return node
        .mesh()
        .call(HealthApi.of("rag"), Empty.INSTANCE, node.anonymous())
        .await()
        .checks()
        .stream()
        .filter(check -> check.name().equals("index"))
        .filter(check -> String.valueOf(check.detail()).startsWith("1 documents"))
        .count();
  }

  @Test
  void concurrentWritersOnBothNodesLoseNothing() {
    List<Future<?>> writes = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      TestNode node = i % 2 == 0 ? first : second;
      // Every fourth write is to a document that others write too.
      String id = i % 4 == 3 ? "shared" : "d" + i;
      writes.add(
          node.mesh()
              .call(
                  RagApi.PUT_DOCUMENT,
                  new PutDocument("c", id, null, "Common word " + word("n", i) + ".", Map.of()),
                  node.as("acme", "t", "rag:write")));
    }
    Future.all(writes).await();
    RagClient a = new RagClient(first, "acme");
    RagClient b = new RagClient(second, "acme");
    CollectionInfo info = a.call(RagApi.GET_COLLECTION, new CollectionRef("c"));
    assertThat(info.documents()).isEqualTo(91);
    assertThat(info.chunks()).isEqualTo(91);
    for (int i : IntStream.range(0, 120).filter(i -> i % 4 != 3).toArray()) {
      assertThat(a.found("c", word("n", i))).containsExactly("d" + i);
      assertThat(b.found("c", word("n", i))).containsExactly("d" + i);
    }
    assertThat(a.search("c", "common")).hasSize(50);
  }

  /** A word of letters alone, since the parts of one with digits are words too. */
  private static String word(String edge, int number) {
    return edge + "x" + (char) ('a' + number / 26) + (char) ('a' + number % 26) + "x" + edge;
  }
}
