package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.call.WatchEndpoints;
import dev.weft.durable.internal.call.WatchEndpoints.Ask;
import dev.weft.durable.internal.call.WatchEndpoints.Check;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Question;
import dev.weft.durable.internal.instance.PromisedEvent;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watchers of objects that come and go: nothing is missing, nothing comes twice. */
final class WatchingTest {
  private static final Namespace<Room> ROOMS = Namespace.of("room", Room.class).asOpen();
  private static final int KEPT = 8;

  interface Room {
    /** Says so many things, and returns the sequence of the last. */
    long say(int count);

    void sayMuch(int count, int bytes);

    long sayAndUndo(int count);

    void end();

    void empty();

    long sequence();

    Feed<String> live();

    Feed<String> kept();

    Feed<String> much();

    Feed<String> madeLate();

    Feed<Integer> numbers();
  }

  /** What it says goes to all its topics. */
  private static final class RoomObject implements Room {
    private final ObjectContext context;
    private final Topic<String> live;
    private final Topic<String> kept;
    private final Topic<String> much;
    private final AtomicInteger follows;
    private @Nullable Topic<String> late;

    RoomObject(ObjectContext context, AtomicInteger follows) {
      this.context = context;
      this.follows = follows;
      live = context.topic(String.class);
      kept = context.topic("kept", String.class, Retention.items(KEPT));
      much = context.topic("much", String.class, Retention.items(1_000).withBytes(64 << 20));
    }

    @Override
    public long say(int count) {
      int said = context.storage().get("said", Integer.class, 0);
      for (int i = 1; i <= count; i++) {
        publish("thing " + (said + i));
      }
      context.storage().put("said", said + count);
      return kept.sequence();
    }

    private void publish(String item) {
      live.publish(item);
      kept.publish(item);
      if (late != null) {
        late.publish(item);
      }
    }

    @Override
    public void sayMuch(int count, int bytes) {
      for (int i = 0; i < count; i++) {
        much.publish("x".repeat(bytes));
      }
    }

    @Override
    public long sayAndUndo(int count) {
      try {
        Object ignored =
            context
                .storage()
                .transaction(
                    () -> {
                      throw new IllegalStateException("undo " + say(count));
                    });
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageStartingWith("undo");
      }
      return kept.sequence();
    }

    @Override
    public void end() {
      live.end();
      kept.end();
    }

    @Override
    public void empty() {
      context.storage().deleteAll();
    }

    @Override
    public long sequence() {
      return kept.sequence();
    }

    @Override
    public Feed<String> live() {
      follows.incrementAndGet();
      return live;
    }

    @Override
    public Feed<String> kept() {
      follows.incrementAndGet();
      return context.topic("kept", String.class, Retention.items(KEPT));
    }

    @Override
    public Feed<String> much() {
      follows.incrementAndGet();
      return much;
    }

    @Override
    public Feed<String> madeLate() {
      if (late == null) {
        late = context.topic(String.class);
      }
      follows.incrementAndGet();
      return late;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // as a mistake in an object's code would
    public Feed<Integer> numbers() {
      follows.incrementAndGet();
      return (Feed) live;
    }
  }

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final ObjectBed bed = new ObjectBed(store);
  private final AtomicInteger follows = new AtomicInteger();
  private final ObjectId id = bed.objects.idFromName(ROOMS, "a");

  WatchingTest() {
    bed.host(ObjectClass.of(ROOMS, context -> new RoomObject(context, follows)));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Room room() {
    return bed.objects.get(ROOMS, id);
  }

  /** Someone who watches. */
  private final class Watcher<T> {
    final List<T> items = new CopyOnWriteArrayList<>();
    final List<Long> sequences = new CopyOnWriteArrayList<>();
    volatile @Nullable WeftError failure;
    volatile boolean ended;
    private volatile @Nullable MeshStream<FeedItem<T>> stream;
    private final Context context = bed.vertx.getOrCreateContext();

    Watcher(Function<Room, Feed<T>> feed, WatchOptions options, boolean reads) {
      int followed = follows.get();
      context.runOnContext(
          _ -> {
            MeshStream<FeedItem<T>> opened = feed.apply(room()).open(options);
            stream = opened;
            opened.handler(
                item -> {
                  items.add(item.value());
                  sequences.add(item.sequence());
                });
            opened.exceptionHandler(e -> failure = ((WeftException) e).error());
            opened.endHandler(_ -> ended = true);
            if (!reads) {
              opened.pause();
            }
          });
      ObjectBed.until(() -> follows.get() > followed);
    }

    void with(Consumer<MeshStream<FeedItem<T>>> action) {
      context.runOnContext(
          _ -> {
            MeshStream<FeedItem<T>> open = stream;
            if (open != null) {
              action.accept(open);
            }
          });
    }

    void awaitFailure(String code) {
      ObjectBed.until(() -> failure instanceof WeftError);
      assertThat(failure).isNotNull().extracting(WeftError::code).isEqualTo(code);
    }

    long resume() {
      WeftError error = Objects.requireNonNull(failure);
      return ((Number) Objects.requireNonNull(error.details().get("resume"))).longValue();
    }
  }

  private Watcher<String> watch(Function<Room, Feed<String>> feed) {
    return new Watcher<>(feed, WatchOptions.live(), true);
  }

  private static List<String> things(int from, int to) {
    return LongStream.rangeClosed(from, to).mapToObj(n -> "thing " + n).toList();
  }

  private void evict() {
    ObjectBed.until(() -> bed.objects.inspector().evict(id).await());
    ObjectBed.until(() -> !bed.host.has(id));
  }

  private void reset() {
    bed.objects.inspector().reset(id).await();
  }

  // ---- instances come and go

  @Test
  void watchersOutliveInstancesThatAreEvicted() {
    Watcher<String> live = watch(Room::live);
    Watcher<String> kept = watch(Room::kept);
    for (int round = 0; round < 3; round++) {
      room().say(2);
      evict();
    }
    room().say(1);
    ObjectBed.until(() -> live.items.size() == 7 && kept.items.size() == 7);
    assertThat(live.items).isEqualTo(things(1, 7));
    assertThat(kept.items).isEqualTo(things(1, 7));
    assertThat(live.sequences).isSorted().doesNotHaveDuplicates();
    assertThat(kept.sequences).isSorted().doesNotHaveDuplicates();
    assertThat(live.failure).isNull();
    assertThat(follows).hasValue(2);
  }

  @Test
  void aWatcherThatCameToARestingObjectIsToldOfTheFirstItem() {
    Watcher<String> live = watch(Room::live);
    evict();
    evictAfterNothing();
    room().say(1);
    ObjectBed.until(() -> live.items.equals(things(1, 1)));
  }

  /** An instance that does nothing but come and go. */
  private void evictAfterNothing() {
    long ignored = room().sequence();
    evict();
  }

  @Test
  void whatAResetInstanceKeptIsNotMissed() {
    Watcher<String> kept = watch(Room::kept);
    room().say(2);
    reset();
    room().say(2);
    ObjectBed.until(() -> kept.items.size() == 4);
    assertThat(kept.items).isEqualTo(things(1, 4));
    assertThat(kept.failure).isNull();
  }

  @Test
  void whatAResetInstanceMayHavePublishedAndDidNotKeepIsSaid() {
    Watcher<String> live = watch(Room::live);
    room().say(1);
    ObjectBed.until(() -> live.items.size() == 1);
    reset();
    live.awaitFailure("object:reset.unavailable");
  }

  @Test
  void aTopicThatWasMadeInATurnIsOfItsInstanceAlone() {
    Watcher<String> late = watch(Room::madeLate);
    room().say(1);
    ObjectBed.until(() -> late.items.size() == 1);
    evict();
    late.awaitFailure("object:reset.unavailable");
  }

  @Test
  void anEndIsSeenByThoseWhoComeAfterTheInstance() {
    Watcher<String> live = watch(Room::live);
    Watcher<String> kept = watch(Room::kept);
    room().say(1);
    room().end();
    ObjectBed.until(() -> live.ended && kept.ended);
    assertThat(kept.items).isEqualTo(things(1, 1));
    evict();
    assertThat(room().say(1)).isEqualTo(kept.sequences.getFirst());
    Watcher<String> afterwards = watch(Room::live);
    ObjectBed.until(() -> afterwards.ended);
    Watcher<String> all = new Watcher<>(Room::kept, WatchOptions.oldest(), true);
    ObjectBed.until(() -> all.ended);
    assertThat(all.items).isEqualTo(things(1, 1));
  }

  // ---- going on

  @Test
  void oneThatComesBackGetsWhatItMissed() {
    Watcher<String> first = watch(Room::kept);
    room().say(2);
    ObjectBed.until(() -> first.items.size() == 2);
    first.with(MeshStream::cancel);
    room().say(3);
    evict();
    long last = first.sequences.getLast();
    Watcher<String> again = new Watcher<>(Room::kept, WatchOptions.after(last), true);
    room().say(1);
    ObjectBed.until(() -> again.items.size() == 4);
    assertThat(again.items).isEqualTo(things(3, 6));
  }

  @Test
  void oneThatBeginsWithTheOldestGetsAllThatIsKept() {
    Watcher<String> none = new Watcher<>(Room::kept, WatchOptions.oldest(), true);
    room().say(3);
    Watcher<String> three = new Watcher<>(Room::kept, WatchOptions.oldest(), true);
    room().say(2);
    ObjectBed.until(() -> none.items.size() == 5 && three.items.size() == 5);
    assertThat(none.items).isEqualTo(things(1, 5));
    assertThat(three.items).isEqualTo(things(1, 5));
  }

  @Test
  void oneThatComesBackTooLateIsToldWhereToGoOn() {
    Watcher<String> first = watch(Room::kept);
    room().say(1);
    ObjectBed.until(() -> first.items.size() == 1);
    long last = first.sequences.getLast();
    first.with(MeshStream::cancel);
    for (int i = 0; i < 4 * KEPT; i++) {
      room().say(1);
    }
    Watcher<String> late = new Watcher<>(Room::kept, WatchOptions.after(last), true);
    late.awaitFailure("object:items.not_found");
    assertThat(late.items).isEmpty();
    Watcher<String> on = new Watcher<>(Room::kept, WatchOptions.after(late.resume()), true);
    ObjectBed.until(() -> on.items.size() >= KEPT);
    assertThat(on.items.getLast()).isEqualTo("thing " + (4 * KEPT + 1));
    assertThat(on.items.size()).isLessThanOrEqualTo(KEPT + 2);
  }

  @Test
  void oneThatComesBackToWhatKeepsNothingIsToldSo() {
    Watcher<String> first = watch(Room::live);
    room().say(1);
    ObjectBed.until(() -> first.items.size() == 1);
    first.with(MeshStream::cancel);
    long last = first.sequences.getLast();
    Watcher<String> inTime = new Watcher<>(Room::live, WatchOptions.after(last), true);
    room().say(1);
    ObjectBed.until(() -> inTime.items.equals(things(2, 2)));
    inTime.with(MeshStream::cancel);
    Watcher<String> late = new Watcher<>(Room::live, WatchOptions.after(last), true);
    late.awaitFailure("object:items.not_found");
    assertThat(late.resume()).isEqualTo(last + 1);
  }

  @Test
  void aSequenceThatNobodyPublishedYetIsRefused() {
    room().say(1);
    Watcher<String> early =
        new Watcher<>(Room::kept, WatchOptions.after(room().sequence() + 1), true);
    early.awaitFailure("object:items.not_found");
    assertThat(early.resume()).isEqualTo(room().sequence());
  }

  // ---- those who read slowly

  @Test
  void aSlowOneReadsFromStorageWhatIsNotHeldForIt() {
    Watcher<String> slow = new Watcher<>(Room::much, WatchOptions.live(), false);
    int count = 120;
    for (int i = 0; i < count; i++) {
      room().sayMuch(1, 60_000);
    }
    slow.with(stream -> stream.fetch(1));
    ObjectBed.until(() -> slow.items.size() == 1);
    slow.with(MeshStream::resume);
    room().sayMuch(1, 60_000);
    ObjectBed.until(() -> slow.items.size() == count + 1);
    assertThat(slow.sequences).isSorted().doesNotHaveDuplicates();
    assertThat(slow.failure).isNull();
  }

  @Test
  void anItemThatCannotBeReadEndsTheStream() {
    Watcher<Integer> numbers = new Watcher<>(Room::numbers, WatchOptions.live(), true);
    room().say(1);
    numbers.awaitFailure("object:internal");
    assertThat(numbers.items).isEmpty();
    ObjectBed.until(() -> store.watchersOf(id).isEmpty());
  }

  // ---- what is not published

  @Test
  void whatATransactionUndoesWasNeverPublished() {
    Watcher<String> live = watch(Room::live);
    Watcher<String> kept = watch(Room::kept);
    long before = room().say(1);
    assertThat(room().sayAndUndo(3)).isEqualTo(before);
    assertThat(room().say(1)).isEqualTo(before + 1);
    ObjectBed.until(() -> live.items.size() == 2 && kept.items.size() == 2);
    assertThat(live.items).isEqualTo(things(1, 2));
    assertThat(kept.items).isEqualTo(things(1, 2));
    Watcher<String> all = new Watcher<>(Room::kept, WatchOptions.oldest(), true);
    ObjectBed.until(() -> all.items.equals(things(1, 2)));
  }

  @Test
  void deletingAllDeletesKeptItemsAndNotTheirNumbers() {
    long last = room().say(3);
    room().empty();
    assertThat(room().sequence()).isEqualTo(last);
    Watcher<String> late = new Watcher<>(Room::kept, WatchOptions.after(last - 1), true);
    late.awaitFailure("object:items.not_found");
    Watcher<String> on = new Watcher<>(Room::kept, WatchOptions.after(late.resume()), true);
    room().say(1);
    ObjectBed.until(() -> on.items.size() == 1);
  }

  @Test
  void anObjectMadeAnewGoesOnWithItsNumbers() {
    Watcher<String> kept = watch(Room::kept);
    long last = room().say(2);
    ObjectBed.until(() -> kept.items.size() == 2);
    bed.objects.inspector().delete(id).await();
    assertThat(room().say(1)).isGreaterThan(last);
    ObjectBed.until(() -> kept.items.size() == 3);
    assertThat(kept.items).isEqualTo(List.of("thing 1", "thing 2", "thing 1"));
  }

  // ---- who is told

  @Test
  void manyWatchersOfANodeAreToldOnce() {
    int count = 50;
    List<Watcher<String>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(watch(Room::kept));
    }
    assertThat(store.watchersOf(id)).hasSize(1);
    double before = bed.metrics.get("weft.objects.watch.items").functionCounter().count();
    room().say(3);
    all.forEach(each -> ObjectBed.until(() -> each.items.equals(things(1, 3))));
    assertThat(bed.metrics.get("weft.objects.watch.items").functionCounter().count() - before)
        .isEqualTo(3);
    all.forEach(each -> each.with(MeshStream::cancel));
    ObjectBed.until(() -> store.watchersOf(id).isEmpty());
  }

  @Test
  void aNodeWithoutATicketGetsNothing() {
    assertThat(room().say(1)).isPositive();
    Followed forged = new Followed(id.hex(), ".kept", "forged");
    CallContext call = CallContext.background(Duration.ofSeconds(10));
    var kept = bed.mesh.call(WatchEndpoints.kept("room"), new Ask(forged, "node", 0), call);
    assertThat(ObjectBed.errorOf(kept).code()).isEqualTo("object:ticket.denied");
    Check check = new Check("node", List.of(new Question(forged, 1, null)));
    var checked = bed.mesh.call(WatchEndpoints.check("room"), check, call);
    assertThat(ObjectBed.errorOf(checked).code()).isEqualTo("object:ticket.denied");
    assertThat(store.watchersOf(id)).isEmpty();
  }

  @Test
  void onlySoManyNodesWatchATopic() {
    for (int i = 0; i < 256; i++) {
      assertThat(follow("node " + i).await().keeps()).isTrue();
    }
    assertThat(ObjectBed.errorOf(follow("one more")).code()).isEqualTo("object:watcher.overloaded");
    assertThat(follow("node 7").await().keeps()).isTrue();
    assertThat(store.watchersOf(id)).hasSize(256);
  }

  private Future<Following> follow(String node) {
    ObjectRequest request =
        new ObjectRequest(
            id.hex(),
            null,
            "kept",
            new Fragment("[]".getBytes(StandardCharsets.UTF_8)),
            null,
            0,
            0,
            0,
            List.of(),
            null,
            null);
    return bed.mesh.call(
        WatchEndpoints.follow(ROOMS),
        new Follow(request, node, 1),
        CallContext.background(Duration.ofSeconds(10)));
  }

  /** Runs code as a turn of the object; completes when it is durable. */
  private Future<Void> inTurn(Consumer<Object> code) {
    Promise<Void> done = Promise.promise();
    bed.host.dispatch(
        id,
        new PromisedEvent(done) {
          @Override
          public String what() {
            return "a test's code";
          }

          @Override
          public void run(Turn turn) {
            code.accept(turn.object().made());
            turn.leave(this);
          }
        });
    return done.future();
  }

  @Test
  void aTopicIsOfOneKind() {
    assertThat(room().sequence()).isPositive();
    inTurn(
            self -> {
              ObjectContext context = ((RoomObject) self).context;
              assertThatThrownBy(() -> context.topic("kept", String.class))
                  .extracting(e -> ((WeftException) e).error().code())
                  .isEqualTo("object:topic.invalid");
              assertThatThrownBy(() -> context.topic("", String.class))
                  .extracting(e -> ((WeftException) e).error().code())
                  .isEqualTo("object:topic.invalid");
              for (int i = 3; i < 256; i++) {
                Topic<String> ignored = context.topic("more" + i, String.class);
              }
              assertThatThrownBy(() -> context.topic("too many", String.class))
                  .extracting(e -> ((WeftException) e).error().code())
                  .isEqualTo("object:topic.invalid");
            })
        .await();
  }
}
