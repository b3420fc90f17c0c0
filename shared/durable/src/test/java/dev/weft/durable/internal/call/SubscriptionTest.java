package dev.weft.durable.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.Kept;
import dev.weft.durable.internal.call.WatchEndpoints.News;
import dev.weft.durable.internal.call.WatchEndpoints.Standing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Items that come late, twice, or not at all. */
final class SubscriptionTest {
  private static final ObjectId ID = new ObjectId("room", new byte[ObjectId.BYTES], null);
  private static final Followed FOLLOWED = new Followed(ID.hex(), "topic", "ticket");

  private final Wishes wishes = new Wishes();
  private final AtomicLong bytes = new AtomicLong();
  private final Subscription subscription = new Subscription(ID, "topic", bytes, wishes);

  /** What the subscription cannot do itself. */
  private static final class Wishes implements Subscription.Keeper {
    final List<Long> searches = new ArrayList<>();
    int waits;

    @Override
    public void search(Subscription asking, long after) {
      searches.add(after);
    }

    @Override
    public void wait(Subscription asking) {
      waits++;
    }
  }

  /** Someone who reads all there is. */
  private final class Reader implements Cursor {
    final List<Long> had = new ArrayList<>();
    long position;
    boolean ended;
    boolean toStorage;
    @Nullable String failure;

    Reader(long position) {
      this.position = position;
    }

    @Override
    public void wake() {
      for (; ; ) {
        switch (subscription.next(position, 3)) {
          case Subscription.Some(var items) ->
              items.forEach(
                  item -> {
                    had.add(item.getKey());
                    position = item.getKey();
                  });
          case Subscription.Nothing _ -> {
            return;
          }
          case Subscription.Stored _ -> {
            toStorage = true;
            return;
          }
          case Subscription.End _ -> {
            ended = true;
            return;
          }
          case Subscription.Broken(WeftException why) -> {
            failure = why.error().code();
            return;
          }
        }
      }
    }

    @Override
    public long position() {
      return position;
    }
  }

  private Reader join(long sequence, boolean keeps) {
    Reader reader = new Reader(sequence);
    subscription.join(reader, new Following("topic", "ticket", sequence, keeps, false, "owner"));
    return reader;
  }

  private static Item item(long sequence) {
    return item(sequence, sequence - 1, "1");
  }

  private static Item item(long sequence, long previous, String json) {
    return new Item(sequence, previous, new Fragment(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static News news(long left, Item... items) {
    return new News("room", FOLLOWED, List.of(items), left, null, null, "owner");
  }

  private void receive(long... sequences) {
    for (long each : sequences) {
      subscription.receive(news(each, item(each)));
    }
  }

  @Test
  void whatComesTwiceIsReadOnce() {
    Reader reader = join(10, true);
    receive(11, 12, 11, 12, 13, 10);
    assertThat(reader.had).containsExactly(11L, 12L, 13L);
    receive(14);
    assertThat(reader.had).containsExactly(11L, 12L, 13L, 14L);
    assertThat(wishes.searches).isEmpty();
  }

  @Test
  void keptItemsThatAreMissingAreSoughtOnceAndReadInOrder() {
    Reader reader = join(10, true);
    receive(11, 14, 15);
    assertThat(reader.had).containsExactly(11L);
    assertThat(wishes.searches).containsExactly(11L);
    subscription.found(new Kept(true, 15, false, List.of(item(12))));
    assertThat(wishes.searches).containsExactly(11L, 12L);
    subscription.found(new Kept(true, 15, false, List.of(item(13), item(14), item(15))));
    assertThat(reader.had).containsExactly(11L, 12L, 13L, 14L, 15L);
    receive(16);
    assertThat(reader.had).endsWith(16L);
    assertThat(wishes.searches).hasSize(2);
  }

  @Test
  void aSearchThatFailsIsTriedAgainWhenItIsKnownWhereTheTopicStands() {
    Reader reader = join(10, true);
    receive(12);
    subscription.notFound();
    subscription.stands(new Standing(12L, false, false, "other"));
    assertThat(wishes.searches).containsExactly(10L, 10L);
    assertThat(reader.had).isEmpty();
    assertThat(subscription.owner()).isEqualTo("other");
  }

  @Test
  void whoNeedsWhatIsKeptNoMoreIsSentToStorage() {
    Reader behind = join(10, true);
    receive(14);
    subscription.found(new Kept(true, 14, false, List.of(item(13), item(14))));
    assertThat(behind.toStorage).isTrue();
    assertThat(behind.had).isEmpty();
  }

  @Test
  void itemsThatComeLateAreWaitedFor() {
    Reader reader = join(10, false);
    receive(12, 13);
    assertThat(wishes.waits).isEqualTo(1);
    receive(11);
    assertThat(reader.had).containsExactly(11L, 12L, 13L);
    subscription.overdue();
    assertThat(reader.failure).isNull();
  }

  @Test
  void whoMissesWhatNobodyKeepsIsTold() {
    Reader reader = join(10, false);
    receive(12);
    Reader later = join(11, false);
    subscription.overdue();
    assertThat(reader.failure).isEqualTo("object:items.not_found");
    assertThat(reader.had).isEmpty();
    assertThat(later.had).containsExactly(12L);
  }

  @Test
  void anItemOfWhichOnlyTheNumberIsHeardIsMissedToo() {
    Reader reader = join(10, false);
    subscription.stands(new Standing(11L, false, false, null));
    assertThat(wishes.waits).isEqualTo(1);
    subscription.overdue();
    assertThat(reader.failure).isEqualTo("object:items.not_found");
  }

  @Test
  void theEndComesAfterTheLastItem() {
    Reader reader = join(10, true);
    subscription.receive(new News("room", FOLLOWED, List.of(), 12, true, null, "owner"));
    assertThat(reader.ended).isFalse();
    subscription.found(new Kept(true, 12, true, List.of(item(11), item(12))));
    assertThat(reader.had).containsExactly(11L, 12L);
    assertThat(reader.ended).isTrue();
  }

  @Test
  void whatWentOutBeforeTheOwnerWasLostIsRead() {
    Reader reader = join(10, false);
    subscription.receive(new News("room", FOLLOWED, List.of(item(11)), 11, null, true, "owner"));
    assertThat(reader.had).containsExactly(11L);
    assertThat(reader.failure).isEqualTo("object:reset.unavailable");
    assertThat(subscription.isOver()).isTrue();
  }

  @Test
  void whoReadsTooSlowlyIsToldWhenNothingIsKept() {
    Reader reader = new Reader(10);
    Cursor idle =
        new Cursor() {
          @Override
          public void wake() {
            // It does not read.
          }

          @Override
          public long position() {
            return 10;
          }
        };
    subscription.join(idle, new Following("topic", "ticket", 10, false, false, "owner"));
    String much = '"' + "x".repeat(1 << 20) + '"';
    LongStream.rangeClosed(11, 15)
        .forEach(each -> subscription.receive(news(each, item(each, each - 1, much))));
    reader.wake();
    assertThat(reader.failure).isEqualTo("object:watcher.overloaded");
    assertThat(bytes.get()).isLessThanOrEqualTo(4 << 20);
    subscription.close();
    assertThat(bytes).hasValue(0);
  }

  @Test
  void whatEverybodyHasHadIsNotHeld() {
    Reader reader = join(0, true);
    String some = '"' + "x".repeat(1_000) + '"';
    LongStream.rangeClosed(1, 1_000)
        .forEach(each -> subscription.receive(news(each, item(each, each - 1, some))));
    assertThat(reader.had).hasSize(1_000);
    assertThat(bytes.get()).isLessThan(300_000);
    subscription.trim();
    assertThat(bytes).hasValue(0);
  }

  @Test
  void newsThatBearAnotherTicketAreNotTaken() {
    News forged =
        new News(
            "room",
            new Followed(ID.hex(), "topic", "forged"),
            List.of(item(11)),
            11,
            null,
            null,
            "owner");
    assertThat(subscription.accepts(forged)).isTrue();
    assertThat(subscription.isOf(FOLLOWED)).isFalse();
    Subscription followed = new Subscription(ID, "topic", bytes, wishes);
    followed.join(new Reader(10), new Following("topic", "ticket", 10, true, false, "owner"));
    assertThat(followed.accepts(forged)).isFalse();
    assertThat(followed.accepts(news(11, item(11)))).isTrue();
  }
}
