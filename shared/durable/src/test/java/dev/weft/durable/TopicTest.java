package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What many see of one object: the same items, in order, once they are true. */
final class TopicTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /** Someone who watches. */
  private final class Watcher {
    final List<String> items = new CopyOnWriteArrayList<>();
    volatile @Nullable WeftError failure;
    volatile boolean ended;
    private volatile @Nullable MeshStream<String> stream;
    private final Context context = lab.bed.vertx.getOrCreateContext();

    Watcher open(boolean reads) {
      return open(lab.stub("a"), reads);
    }

    Watcher open(Stub<Lab.Probe> stub, boolean reads) {
      int watched = lab.watches.get();
      context.runOnContext(
          _ -> {
            MeshStream<String> opened = stub.object().watch().open();
            stream = opened;
            opened.handler(items::add);
            opened.exceptionHandler(e -> failure = ((WeftException) e).error());
            opened.endHandler(_ -> ended = true);
            if (!reads) {
              opened.pause();
            }
          });
      ObjectBed.until(() -> lab.watches.get() > watched);
      return this;
    }

    void cancel() {
      context.runOnContext(
          _ -> {
            MeshStream<String> open = stream;
            if (open != null) {
              open.cancel();
            }
          });
    }

    void fetch(int amount) {
      context.runOnContext(
          _ -> {
            MeshStream<String> open = stream;
            if (open != null) {
              open.fetch(amount);
            }
          });
    }

    void read() {
      context.runOnContext(
          _ -> {
            MeshStream<String> open = stream;
            if (open != null) {
              open.resume();
            }
          });
    }
  }

  private int watchers() {
    return lab.run("a", self -> self.topic.watchers());
  }

  private void publish(String... items) {
    lab.run(
        "a",
        self -> {
          List.of(items).forEach(self.topic::publish);
          return 0;
        });
  }

  @Test
  void allWatchersSeeTheSameInOrderFromWhenTheyCame() {
    publish("nobody sees it");
    Watcher one = new Watcher().open(true);
    publish("1", "2");
    Watcher two = new Watcher().open(true);
    publish("3", "4");
    ObjectBed.until(() -> one.items.size() == 4 && two.items.size() == 2);
    assertThat(one.items).containsExactly("1", "2", "3", "4");
    assertThat(two.items).containsExactly("3", "4");
    assertThat(watchers()).isEqualTo(1);
    one.cancel();
    publish("5");
    ObjectBed.until(() -> two.items.contains("5"));
    assertThat(one.items).doesNotContain("5");
    two.cancel();
    ObjectBed.until(() -> watchers() == 0);
    ObjectBed.until(() -> lab.store.watchersOf(lab.id("a")).isEmpty());
  }

  @Test
  void anItemWaitsForTheWritesBeforeIt() {
    Watcher watcher = new Watcher().open(true);
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              self.topic.publish("value is 1");
              return 0;
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    lab.ping("other");
    assertThat(watcher.items).isEmpty();
    commits.open();
    call.await();
    ObjectBed.until(() -> watcher.items.equals(List.of("value is 1")));
  }

  @Test
  void anItemOfWhatWasNotCommittedIsNeverSeen() {
    Watcher watcher = new Watcher().open(true);
    lab.store.loseNextCommit(false);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              self.topic.publish("value is 1");
              return 0;
            });
    assertThat(Lab.codeOf(call)).isEqualTo("object:reset.unavailable");
    publish("of the next instance");
    lab.ping("a");
    assertThat(watcher.items).doesNotContain("value is 1");
  }

  @Test
  void endEndsAllAndThoseWhoComeLater() {
    Watcher watcher = new Watcher().open(true);
    lab.run(
        "a",
        self -> {
          self.topic.publish("last");
          self.topic.end();
          return 0;
        });
    ObjectBed.until(() -> watcher.ended);
    assertThat(watcher.items).containsExactly("last");
    Watcher late = new Watcher().open(true);
    ObjectBed.until(() -> late.ended);
    assertThat(late.items).isEmpty();
    assertThat(watchers()).isZero();
  }

  @Test
  void aWatcherThatFallsFarBehindIsDroppedAndTheOthersAreNot() {
    Watcher slow = new Watcher().open(false);
    Watcher quick = new Watcher().open(true);
    int items = 4_000;
    String much = "x".repeat(4_000);
    for (int i = 0; i < items; i += 100) {
      String[] some = IntStream.range(i, i + 100).mapToObj(n -> n + much).toArray(String[]::new);
      publish(some);
      int seen = i + 100;
      ObjectBed.until(() -> quick.items.size() == seen);
    }
    assertThat(watchers()).isEqualTo(1);
    slow.read();
    ObjectBed.until(() -> slow.failure instanceof WeftError);
    assertThat(slow.failure)
        .isNotNull()
        .extracting(WeftError::code)
        .isEqualTo("object:watcher.overloaded");
    assertThat(quick.items).hasSize(items);
  }

  @Test
  void manyItemsOfOneTurnReachWhoReads() {
    Watcher watcher = new Watcher().open(true);
    String[] items = IntStream.range(0, 5_000).mapToObj(n -> "item" + n).toArray(String[]::new);
    publish(items);
    ObjectBed.until(() -> watcher.items.size() == items.length);
    assertThat(watcher.items).containsExactly(items);
  }

  @Test
  void aWatcherLearnsThatTheInstanceIsOver() {
    Watcher watcher = new Watcher().open(true);
    publish("one");
    ObjectBed.until(() -> watcher.items.size() == 1);
    lab.bed.objects.inspector().reset(lab.id("a")).await();
    ObjectBed.until(() -> watcher.failure instanceof WeftError);
    assertThat(watcher.failure)
        .isNotNull()
        .extracting(WeftError::code)
        .isEqualTo("object:reset.unavailable");
    Watcher again = new Watcher().open(true);
    publish("two");
    ObjectBed.until(() -> again.items.equals(List.of("two")));
  }

  @RepeatedTest(20) // the reset meets the opening at another step each time
  void aWatcherThatHasSeenNothingYetMovesToTheNextInstance() {
    Watcher watcher = new Watcher().open(true);
    lab.bed.objects.inspector().reset(lab.id("a")).await();
    ObjectBed.until(() -> lab.watches.get() >= 2 && watchers() == 1);
    publish("one");
    ObjectBed.until(() -> watcher.items.equals(List.of("one")));
    assertThat(watcher.failure).isNull();
  }

  @Test
  void aTopicMayBeQuietForLongerThanACallMayTake() throws Exception {
    Duration limit = Duration.ofMillis(200);
    Watcher watcher = new Watcher().open(lab.stub("a").withTimeout(limit), true);
    Thread.sleep(limit.multipliedBy(2));
    assertThat(watcher.failure).isNull();
    // Opened again it has as long as before.
    lab.bed.objects.inspector().reset(lab.id("a")).await();
    ObjectBed.until(() -> watchers() == 1);
    Thread.sleep(limit.multipliedBy(2));
    publish("one");
    ObjectBed.until(() -> watcher.items.equals(List.of("one")));
    assertThat(watcher.failure).isNull();
  }

  @Test
  void aStreamThatCannotBeOpenedFailsInTime() {
    Gate claims = lab.store.hold(Operation.CLAIM);
    Promise<Object> failure = Promise.promise();
    Stub<Lab.Probe> impatient = lab.stub("a").withTimeout(Duration.ofMillis(100));
    lab.bed.vertx.runOnContext(
        _ -> impatient.object().watch().open().exceptionHandler(failure::fail));
    assertThat(ObjectBed.errorOf(failure.future()).code()).isEqualTo("mesh:timeout");
    claims.open();
  }

  @Test
  void oneThatFetchesGetsAsManyItemsAsItAskedFor() {
    Watcher watcher = new Watcher().open(false);
    publish("1", "2", "3", "4");
    watcher.fetch(1);
    ObjectBed.until(() -> watcher.items.equals(List.of("1")));
    watcher.fetch(2);
    ObjectBed.until(() -> watcher.items.equals(List.of("1", "2", "3")));
    lab.ping("a");
    assertThat(watcher.items).hasSize(3);
  }
}
