package dev.weft.durable.internal.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.Retention;
import dev.weft.durable.internal.store.TopicRows.TopicRow;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.store.TopicRows.WatchRow;
import dev.weft.durable.internal.store.TopicRows.Watched;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Numbers of items from one instance to the next, and how many items stay. */
final class TopicsTest {
  private static final long LAST = 5;
  private static final TopicRow ROW = new TopicRow(LAST, 0, 7, false);
  private static final List<WatchRow> WATCHERS = List.of(new WatchRow("t", "node", 1));

  private static TopicState open(long epoch, @Nullable Retention retention) {
    Topics topics = new Topics(new Watched(Map.of("t", ROW), WATCHERS), epoch);
    return Objects.requireNonNull(topics.open("t", retention, true));
  }

  @Test
  void whatKeepsNothingGoesOnWhereTheInstanceBeforeHasStopped() {
    TopicState next = open(8, null);
    assertThat(next.left()).isEqualTo(LAST);
    assertThat(next.next()).isEqualTo(new TopicState.Numbers(LAST + 1, LAST));
  }

  @Test
  void whatKeepsNothingSaysThatItDoesNotKnowWhatCameBetween() {
    // The instance of the eighth ownership was lost: it has written no row.
    TopicState afterLoss = open(9, null);
    TopicState.Numbers first = afterLoss.next();
    assertThat(first.previous()).isGreaterThan(LAST);
    assertThat(first.sequence()).isGreaterThan(first.previous());
  }

  @Test
  void whatIsKeptGoesOnInAnyCase() {
    assertThat(open(9, Retention.items(3)).next())
        .isEqualTo(new TopicState.Numbers(LAST + 1, LAST));
  }

  @Test
  void numbersOfAnObjectThatWasNeverStoredAreHigherThanThoseBefore() {
    TopicState first = Objects.requireNonNull(new Topics(Watched.NOTHING, 1).open("t", null, true));
    TopicState second =
        Objects.requireNonNull(new Topics(Watched.NOTHING, 2).open("t", null, true));
    assertThat(second.next().previous()).isGreaterThan(first.next().sequence());
  }

  @Test
  void anInstanceThatMakesNoUseOfATopicHandsItOn() {
    Topics unused = new Topics(new Watched(Map.of("t", ROW), WATCHERS), 8);
    TopicWrite write = unused.atRelease().getFirst();
    assertThat(write.row()).isEqualTo(new TopicRow(LAST, 0, 8, false));
    Topics unwatched = new Topics(new Watched(Map.of("t", ROW), List.of()), 8);
    assertThat(unwatched.atRelease()).isEmpty();
    Topics late = new Topics(new Watched(Map.of("t", ROW), WATCHERS), 9);
    assertThat(late.atRelease()).isEmpty();
  }

  @Test
  void noMoreStaysThanIsSaid() {
    int items = 80;
    long bytes = 4_000;
    TopicState topic = open(8, Retention.items(items).withBytes(bytes));
    NavigableMap<Long, Long> kept = new TreeMap<>();
    for (int i = 0; i < 2_000; i++) {
      byte[] item = new byte[i % 300 == 0 ? 5_000 : 1 + i % 120];
      TopicWrite write = Objects.requireNonNull(topic.keep(topic.next(), item));
      kept.values().removeIf(total -> total <= write.trimTotal());
      kept.keySet().removeIf(sequence -> sequence <= write.trimSequence());
      write.items().forEach(row -> kept.put(row.sequence(), row.total()));
      assertThat(kept).isNotEmpty().hasSizeLessThanOrEqualTo(items + items / 8 + 1);
      long held = kept.lastEntry().getValue() - kept.firstEntry().getValue();
      assertThat(held).isLessThanOrEqualTo(bytes + bytes / 8 + 5_000);
    }
  }
}
