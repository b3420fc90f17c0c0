package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Feed;
import dev.weft.durable.FeedItem;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Retention;
import dev.weft.durable.Topic;
import dev.weft.durable.WatchOptions;
import dev.weft.mesh.MeshStream;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects that are watched from afar while they rest, move and lose their nodes. */
class WatchingIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  interface Ticker {
    /** Counts on by so much, publishing each number; returns the last. */
    long tick(int count);

    @Idempotent
    long last();

    Feed<Long> kept();

    Feed<Long> live();

    void end();
  }

  static final Namespace<Ticker> TICKERS = Namespace.of("ticker", Ticker.class).asOpen();

  static final class TickerObject implements Ticker {
    private final ObjectContext context;
    private final Topic<Long> kept;
    private final Topic<Long> live;

    TickerObject(ObjectContext context) {
      this.context = context;
      this.kept = context.topic("kept", Long.class, Retention.items(2_000));
      this.live = context.topic("live", Long.class);
    }

    @Override
    public long tick(int count) {
      long last = last();
      for (int i = 0; i < count; i++) {
        last++;
        kept.publish(last);
        live.publish(last);
      }
      context.storage().put("last", last);
      return last;
    }

    @Override
    public long last() {
      return context.storage().get("last", Long.class, 0L);
    }

    @Override
    public Feed<Long> kept() {
      return kept;
    }

    @Override
    public Feed<Long> live() {
      return live;
    }

    @Override
    public void end() {
      kept.end();
      live.end();
    }
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(TICKERS, TickerObject::new)).onNodes(2);

  private static final Vertx vertx = Vertx.vertx();

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  /** Someone who watches. */
  private static final class Watcher {
    final List<Long> items = new CopyOnWriteArrayList<>();
    volatile long last;
    volatile @Nullable WeftError failure;
    volatile boolean ended;
    private final Context context = vertx.getOrCreateContext();
    private volatile @Nullable MeshStream<FeedItem<Long>> stream;

    static Watcher open(
        DurableObjects from, String name, Function<Ticker, Feed<Long>> feed, WatchOptions options) {
      Watcher watcher = new Watcher();
      watcher.context.runOnContext(
          _ -> {
            MeshStream<FeedItem<Long>> opened = feed.apply(from.get(TICKERS, name)).open(options);
            watcher.stream = opened;
            opened.handler(
                item -> {
                  watcher.last = item.sequence();
                  watcher.items.add(item.value());
                });
            opened.exceptionHandler(e -> watcher.failure = ((WeftException) e).error());
            opened.endHandler(_ -> watcher.ended = true);
          });
      return watcher;
    }

    void with(Consumer<MeshStream<FeedItem<Long>>> action) {
      context.runOnContext(
          _ -> {
            MeshStream<FeedItem<Long>> open = stream;
            if (open != null) {
              action.accept(open);
            }
          });
    }

    /** Waits until it has had the number, and tells whether it had all from the first it saw. */
    void awaitAll(long from, long to) {
      Eventually.holds(
          PATIENCE, () -> failure != null || !items.isEmpty() && items.getLast() >= to);
      assertThat(failure).isNull();
      assertThat(items).isEqualTo(LongStream.rangeClosed(from, to).boxed().toList());
    }

    /** The same from the first, or that it was told that something is missing after what it has. */
    void awaitAllOrAnError(long to) {
      Eventually.holds(
          PATIENCE, () -> failure != null || !items.isEmpty() && items.getLast() == to);
      assertThat(items).isEqualTo(LongStream.rangeClosed(1, items.size()).boxed().toList());
    }
  }

  private static long rows(String name) {
    return TestDatabases.count(
        objects.database(),
        "SELECT count(*) FROM objects.do_watch WHERE object_id = decode('"
            + objects.id(TICKERS, name).hex()
            + "', 'hex')");
  }

  private static void awaitRows(String name, long count) {
    Eventually.holds(PATIENCE, () -> rows(name) == count);
  }

  private static List<Watcher> open(
      DurableObjects from, String name, Function<Ticker, Feed<Long>> feed, int count) {
    List<Watcher> all = new ArrayList<>();
    // Each begins with the first item there ever is, however long its opening takes.
    long ignored = objects.get(TICKERS, name).last();
    for (int i = 0; i < count; i++) {
      all.add(Watcher.open(from, name, feed, WatchOptions.oldest()));
    }
    return all;
  }

  @Test
  void aThousandWatchersOfANodeCostOneMessageAnItem() {
    DurableObjects caller = objects.joinCaller();
    List<Watcher> all = open(caller, "many", Ticker::kept, 1_000);
    long first = objects.get(TICKERS, "many").tick(1);
    all.forEach(each -> each.awaitAll(first, first));
    assertThat(rows("many")).isEqualTo(1);
    double before = objects.count("weft.objects.watch.messages");
    for (int i = 0; i < 10; i++) {
      long last = objects.get(TICKERS, "many").tick(1);
      all.forEach(each -> Eventually.holds(PATIENCE, () -> each.items.getLast() == last));
    }
    assertThat(objects.count("weft.objects.watch.messages") - before).isEqualTo(10);
    all.forEach(each -> each.awaitAll(1, 11));
    all.forEach(each -> each.with(MeshStream::cancel));
    awaitRows("many", 0);
  }

  @Test
  void anObjectThatIsWatchedRestsAndIsHeardAgain() {
    DurableObjects caller = objects.joinCaller();
    ObjectId id = objects.id(TICKERS, "resting");
    Watcher kept = Watcher.open(caller, "resting", Ticker::kept, WatchOptions.live());
    Watcher live = Watcher.open(caller, "resting", Ticker::live, WatchOptions.live());
    awaitRows("resting", 2);
    for (int i = 1; i <= 3; i++) {
      objects.evict(id);
      assertThat(objects.isActive(id)).isFalse();
      assertThat(rows("resting")).isEqualTo(2);
      assertThat(objects.objects(i % 2).get(TICKERS, "resting").tick(2)).isEqualTo(2L * i);
    }
    kept.awaitAll(1, 6);
    live.awaitAll(1, 6);
  }

  /**
   * Returns when all have the first item. One whose opening has not been answered when the owner
   * crashes opens again, and what is kept nowhere has passed by then.
   */
  private static void tickOnceFor(String name, List<Watcher> watchers, Watcher live) {
    awaitRows(name, 2);
    assertThat(objects.get(TICKERS, name).tick(1)).isEqualTo(1);
    watchers.forEach(each -> each.awaitAll(1, 1));
    live.awaitAll(1, 1);
  }

  /** Ticks while something happens to the nodes; what it counted in the end. */
  private static long ticking(String name, DurableObjects caller, Runnable disturbance) {
    Thread ticker =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    long ignored =
                        caller
                            .stub(TICKERS, name)
                            .withRequestId("tick " + i)
                            .call(it -> it.tick(2))
                            .await();
                  }
                });
    disturbance.run();
    try {
      assertThat(ticker.join(PATIENCE)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return caller.get(TICKERS, name).last();
  }

  @Test
  void nothingIsMissingOrTwiceWhenOwnersCrash() {
    DurableObjects caller = objects.joinCaller();
    List<Watcher> watchers = open(caller, "crashing", Ticker::kept, 5);
    Watcher live = open(caller, "crashing", Ticker::live, 1).getFirst();
    tickOnceFor("crashing", watchers, live);
    long last =
        ticking("crashing", caller, () -> IntStream.range(0, 4).forEach(i -> objects.crash(i % 2)));
    assertThat(last).isEqualTo(601);
    watchers.forEach(each -> each.awaitAll(1, last));
    live.awaitAllOrAnError(last);
  }

  @Test
  void nothingIsMissingOrTwiceWhenOwnersStop() {
    DurableObjects caller = objects.joinCaller();
    List<Watcher> watchers = open(caller, "moving", Ticker::kept, 5);
    Watcher live = open(caller, "moving", Ticker::live, 1).getFirst();
    tickOnceFor("moving", watchers, live);
    long last = ticking("moving", caller, () -> IntStream.range(0, 2).forEach(objects::replace));
    assertThat(last).isEqualTo(601);
    watchers.forEach(each -> each.awaitAll(1, last));
    live.awaitAllOrAnError(last);
  }

  @Test
  void oneThatReadsSlowlyGoesOnFromStorage() {
    DurableObjects caller = objects.joinCaller();
    Watcher slow = open(caller, "slow", Ticker::kept, 1).getFirst();
    objects.get(TICKERS, "slow").tick(1);
    slow.awaitAll(1, 1);
    slow.with(MeshStream::pause);
    long last = objects.get(TICKERS, "slow").tick(1_000);
    long sequence = slow.last;
    slow.with(MeshStream::cancel);
    awaitRows("slow", 0);
    Watcher again = Watcher.open(caller, "slow", Ticker::kept, WatchOptions.after(sequence));
    again.awaitAll(slow.items.getLast() + 1, last);
    // Far more than is kept: the first of them is told to have come too late.
    for (int i = 0; i < 5; i++) {
      objects.get(TICKERS, "slow").tick(1_000);
    }
    Watcher late = Watcher.open(caller, "slow", Ticker::kept, WatchOptions.after(sequence));
    Eventually.holds(PATIENCE, () -> late.failure != null);
    assertThat(late.failure)
        .isNotNull()
        .extracting(WeftError::code)
        .isEqualTo("object:items.not_found");
    assertThat(late.items).isEmpty();
  }

  @Test
  void aNodeThatIsGoneIsForgotten() {
    Watcher watcher = Watcher.open(objects.objects(1), "left", Ticker::kept, WatchOptions.live());
    awaitRows("left", 1);
    objects.crash(1);
    awaitRows("left", 0);
    assertThat(watcher.items).isEmpty();
  }

  @Test
  void aMessageThatIsLostCostsTimeAndNoItem() {
    DurableObjects caller = objects.joinCaller();
    Watcher watcher = Watcher.open(caller, "unheard", Ticker::kept, WatchOptions.live());
    awaitRows("unheard", 1);
    objects.evict(objects.id(TICKERS, "unheard"));
    TestDatabases.execute(objects.database(), "DELETE FROM objects.do_watch");
    objects.get(TICKERS, "unheard").tick(3);
    objects.get(TICKERS, "unheard").end();
    watcher.awaitAll(1, 3);
    Eventually.holds(PATIENCE, () -> watcher.ended);
  }
}
