package dev.weft.rag.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.rag.text.Budget;
import dev.weft.rag.text.Chunk;
import dev.weft.testkit.node.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A document that cannot be indexed is marked and passed over; the index follows the others. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnindexableDocumentsIT {

  private static final long COLLECTION = 1;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  private Path directory;

  private final Feed feed = new Feed();
  private @Nullable IndexProjection projection;

  @AfterEach
  void close() {
    if (projection != null) {
      projection.close();
    }
  }

  private IndexProjection follow(Duration documentTime, IndexProjection.Writing writing) {
    IndexProjection started =
        new IndexProjection(
            feed, directory, Duration.ofMillis(20), Duration.ofHours(1), documentTime, writing);
    projection = started;
    started.start();
    return started;
  }

  private static List<String> found(IndexProjection projection, String query) {
    return projection.search(COLLECTION, 0, query, 10).stream().map(Hit::documentId).toList();
  }

  private static void reaches(IndexProjection projection, long sequence) {
    projection.reach(sequence, Duration.ofSeconds(30)).await();
  }

  @Test
  void offsetsBeyondTheTextFailTheirDocumentAlone() {
    feed.put(1, 1, "word before", 0, 11);
    feed.put(2, 1, "word in short", 0, 1_000);
    feed.put(3, 1, "word after", 0, 10);
    IndexProjection following = follow(Duration.ofSeconds(10), TextIndex::replace);
    reaches(following, 3);
    assertThat(found(following, "word")).containsExactlyInAnyOrder("d1", "d3");
    assertThat(following.failure(2)).contains("StringIndexOutOfBoundsException");
    assertThat(feed.marks).containsOnlyKeys(2L);
    feed.put(2, 2, "word in short", 0, 13);
    reaches(following, 4);
    assertThat(found(following, "short")).containsExactly("d2");
    assertThat(following.failure(2)).isNull();
  }

  @Test
  void aFailedReplacementLeavesNothingOfTheOlderText() {
    IndexProjection following = follow(Duration.ofSeconds(10), TextIndex::replace);
    feed.put(1, 1, "older words", 0, 11);
    reaches(following, 1);
    assertThat(found(following, "older")).containsExactly("d1");
    feed.put(1, 2, "newer words", 0, 1_000);
    reaches(following, 2);
    assertThat(found(following, "older newer words")).isEmpty();
  }

  @Test
  void aDocumentThatTakesTooLongFails() {
    feed.put(1, 1, "word first", 0, 10);
    IndexProjection following =
        follow(
            Duration.ofMillis(50),
            (index, document, budget) -> {
              while (document.key() == 2) {
                budget.step();
              }
              index.replace(document, budget);
            });
    reaches(following, 1);
    feed.put(2, 1, "word endless", 0, 12);
    feed.put(3, 1, "word last", 0, 9);
    reaches(following, 3);
    assertThat(following.failure(2)).contains("50 ms of processor time");
    assertThat(found(following, "word")).containsExactlyInAnyOrder("d1", "d3");
  }

  @Test
  void anErrorFailsTheDocument() {
    feed.put(1, 1, "word first", 0, 10);
    feed.put(2, 1, "word second", 0, 11);
    IndexProjection following =
        follow(
            Duration.ofSeconds(10),
            (index, document, budget) -> {
              if (document.key() == 1) {
                throw new StackOverflowError("planted");
              }
              index.replace(document, budget);
            });
    reaches(following, 2);
    assertThat(following.failure(1)).contains("nested too deeply");
    assertThat(found(following, "word")).containsExactly("d2");
  }

  @Test
  void aDocumentThatClosesTheIndexIsPassedOverTheSecondTime() {
    feed.put(1, 1, "word first", 0, 10);
    feed.put(2, 1, "word second", 0, 11);
    feed.put(3, 1, "word third", 0, 10);
    List<Long> tried = new ArrayList<>();
    IndexProjection following = follow(Duration.ofSeconds(10), closingAt(2, tried));
    reaches(following, 3);
    assertThat(following.failure(2)).contains("closed the index");
    assertThat(found(following, "word")).containsExactlyInAnyOrder("d1", "d3");
    assertThat(tried).containsExactly(1L, 2L, 1L, 3L);
  }

  private static IndexProjection.Writing closingAt(long key, List<Long> tried) {
    return (TextIndex index, IndexedDocument document, Budget budget) -> {
      tried.add(document.key());
      if (document.key() == key) {
        // As Lucene does when an Error reaches it.
        index.close();
        throw new OutOfMemoryError("planted");
      }
      index.replace(document, budget);
    };
  }

  @Test
  void aMarkThatCannotBeWrittenIsTriedAgain() {
    feed.refusals = 2;
    feed.put(1, 1, "word first", 0, 1_000);
    IndexProjection following = follow(Duration.ofSeconds(10), TextIndex::replace);
    reaches(following, 1);
    Eventually.holds(() -> feed.marks.containsKey(1L));
    assertThat(feed.refusals).isZero();
  }

  /** Changes in memory. */
  private static final class Feed implements ChangeFeed {
    private final List<Change> changes = new ArrayList<>();
    private final Map<Long, String> marks = new ConcurrentHashMap<>();
    private volatile int refusals;

    synchronized void put(long key, long version, String text, int start, int end) {
      changes.add(
          new DocumentChange(
              changes.size() + 1L,
              key,
              new IndexedDocument(
                  key,
                  COLLECTION,
                  version,
                  "d" + key,
                  "",
                  text,
                  Map.of(),
                  List.of(new Chunk(start, end)),
                  marks.get(key))));
    }

    @Override
    public synchronized Position latest() {
      return new Position("log", changes.size());
    }

    @Override
    public synchronized List<Change> after(long sequence) {
      return List.copyOf(changes.subList((int) sequence, changes.size()));
    }

    @Override
    public void mark(IndexedDocument document, @Nullable String failure) {
      if (refusals > 0) {
        refusals = refusals - 1;
        throw new IllegalStateException("planted: no database");
      }
      if (failure == null) {
        marks.remove(document.key());
      } else {
        marks.put(document.key(), failure);
      }
    }
  }
}
