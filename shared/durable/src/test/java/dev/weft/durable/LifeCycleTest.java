package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an instance is made and dropped, what keeps it, and what it does not do to others. */
final class LifeCycleTest {
  private final Lab lab = new Lab(ObjectLimits.DEFAULT.withIdle(Duration.ofMillis(100)));

  @AfterEach
  void close() {
    lab.close();
  }

  private List<String> pins() {
    return lab.bed
        .objects
        .inspector()
        .inspect(lab.id("a"))
        .map(
            details ->
                details.active() instanceof ObjectInspector.Active active
                    ? active.pins()
                    : List.of("gone"))
        .otherwise(List.of("not made yet"))
        .await();
  }

  private boolean evict() {
    return lab.bed.objects.inspector().evict(lab.id("a")).await();
  }

  @Test
  void anIdleInstanceIsDroppedAndTheObjectGoesOn() {
    lab.run("a", self -> self.add("value", 1));
    ObjectBed.until(() -> !lab.bed.host.has(lab.id("a")));
    int value = lab.run("a", self -> self.add("value", 1));
    assertThat(value).isEqualTo(2);
    assertThat(lab.instances).hasValue(2);
    ObjectBed.until(
        () -> lab.bed.objects.inspector().inspect(lab.id("a")).await().summary().owner() == null);
  }

  @Test
  void aTurnThatWaitsKeepsItsInstance() {
    Promise<Integer> outside = Promise.promise();
    Future<Integer> call = lab.call("a", self -> self.context.await(outside.future()));
    ObjectBed.until(() -> pins().equals(List.of("turn")));
    assertThat(evict()).isFalse();
    outlastASweep();
    outside.complete(3);
    assertThat(call.await()).isEqualTo(3);
    assertThat(lab.instances).hasValue(1);
  }

  /** Until another object that has nothing to do has come and gone. */
  private void outlastASweep() {
    lab.ping("idle");
    int before = lab.instances.get();
    ObjectBed.until(() -> !lab.bed.host.has(lab.id("idle")));
    assertThat(lab.instances).hasValue(before);
    lab.instances.decrementAndGet();
  }

  @Test
  void aTaskThatTheObjectBeganKeepsItsInstance() {
    Promise<Integer> outside = Promise.promise();
    lab.run(
        "a",
        self -> {
          self.context.waitUntil(
              () -> {
                int ignored = self.context.await(outside.future());
                self.storage.put("task", 1);
              });
          return 0;
        });
    ObjectBed.until(() -> pins().equals(List.of("turn")));
    assertThat(evict()).isFalse();
    outlastASweep();
    outside.complete(1);
    ObjectBed.until(() -> lab.count("a", "task") == 1);
    assertThat(lab.instances).hasValue(1);
  }

  @Test
  void aTaskThatFailsHarmsNobody() {
    lab.run(
        "a",
        self -> {
          self.context.waitUntil(
              () -> {
                self.storage.put("task", 1);
                throw new IllegalStateException("no");
              });
          return 0;
        });
    ObjectBed.until(() -> lab.count("a", "task") == 1);
  }

  @Test
  void aCommitUnderWayKeepsItsInstance() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call = lab.call("a", self -> self.add("value", 1));
    ObjectBed.until(() -> commits.waiting() == 1 && pins().equals(List.of("commit")));
    assertThat(evict()).isFalse();
    commits.open();
    call.await();
  }

  @Test
  void aWatcherDoesNotKeepItsInstance() {
    List<String> items = new CopyOnWriteArrayList<>();
    MeshStream<String> stream = lab.stub("a").object().watch().open().handler(items::add);
    ObjectBed.until(() -> lab.watches.get() == 1);
    ObjectBed.until(this::evict);
    ObjectBed.until(() -> !lab.bed.host.has(lab.id("a")));
    lab.run(
        "a",
        self -> {
          self.topic.publish("of instance " + self.instance);
          return 0;
        });
    ObjectBed.until(() -> items.equals(List.of("of instance 2")));
    stream.cancel();
  }

  @Test
  void callsThatComeWhileItIsBeingDroppedFindTheNextInstance() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    ObjectBed.until(this::evict);
    ObjectBed.until(() -> commits.waiting() == 1);
    Future<Integer> call = lab.call("a", self -> self.instance);
    commits.open();
    assertThat(call.await()).isEqualTo(2);
  }

  @Test
  void oneThatSpinsDoesNotHoldUpAnother() {
    AtomicBoolean stop = new AtomicBoolean();
    Future<Integer> call =
        lab.call(
            "a",
            _ -> {
              int spun = 0;
              lab.seen.add("spins");
              while (!stop.get()) {
                spun++;
              }
              return spun;
            });
    ObjectBed.until(() -> lab.seen.all().contains("spins"));
    int other = lab.run("b", self -> self.add("value", 1));
    assertThat(other).isEqualTo(1);
    assertThat(call.isComplete()).isFalse();
    stop.set(true);
    call.await();
  }

  @Test
  void oneThatBlocksDoesNotHoldUpAnother() {
    CountDownLatch latch = new CountDownLatch(1);
    List<Future<Boolean>> calls =
        List.of("a", "b", "c", "d").stream()
            .map(
                name ->
                    lab.call(
                        name,
                        _ -> {
                          lab.seen.add(name);
                          latch.await();
                          return true;
                        }))
            .toList();
    ObjectBed.until(() -> lab.seen.all().size() == 4);
    int other = lab.run("e", self -> self.add("value", 1));
    assertThat(other).isEqualTo(1);
    latch.countDown();
    Future.all(calls).await();
  }

  @Test
  void aTurnThatNeverEndsIsGivenUp() {
    AtomicBoolean stop = new AtomicBoolean();
    try (Lab impatient = new Lab(ObjectLimits.DEFAULT.withTurn(Duration.ofMillis(100)))) {
      Stub<Lab.Probe> stub = impatient.stub("a");
      Future<Integer> call =
          impatient.call(
              stub,
              self -> {
                self.add("value", 1);
                while (!stop.get()) {
                  Thread.onSpinWait();
                }
                // It is the ghost of an instance: nothing it does has an effect.
                try {
                  return self.count("value");
                } catch (ObjectReset over) {
                  impatient.seen.add("refused");
                  throw over;
                }
              });
      Future<Integer> queued = impatient.call(stub, _ -> 0);
      assertThat(Lab.codeOf(call)).isEqualTo("object:turn.timeout");
      assertThat(Lab.codeOf(queued)).isEqualTo("object:turn.timeout");
      assertThat(impatient.count("a", "value")).isZero();
      stop.set(true);
      ObjectBed.until(() -> impatient.seen.all().contains("refused"));
      int value = impatient.run("a", self -> self.add("value", 5));
      assertThat(value).isEqualTo(5);
      assertThat(impatient.stored("a", "value")).isEqualTo(5);
    }
  }

  @Test
  void aTurnThatWaitsEndsWithItsInstance() {
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              lab.seen.add("waits");
              try {
                return self.context.await(Promise.<Integer>promise().future());
              } catch (ObjectReset over) {
                lab.seen.add("ended");
                throw over;
              }
            });
    ObjectBed.until(() -> lab.seen.all().contains("waits"));
    lab.bed.objects.inspector().reset(lab.id("a")).await();
    assertThat(Lab.codeOf(call)).isEqualTo("object:reset.unavailable");
    ObjectBed.until(() -> lab.seen.all().contains("ended"));
  }

  @Test
  void drainLetsTurnsEndAndGivesTheObjectsUp() {
    CountDownLatch latch = new CountDownLatch(1);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              lab.seen.add("runs");
              latch.await();
              return self.add("value", 1);
            });
    lab.run("idle", self -> self.add("value", 1));
    ObjectBed.until(() -> lab.seen.all().contains("runs"));
    Future<Void> drained = lab.bed.objects.drain();
    latch.countDown();
    drained.await();
    assertThat(call.await()).isEqualTo(1);
    assertThat(lab.store.find(lab.id("a")).await().orElseThrow().ownerNodeId()).isNull();
    // Whoever comes next has it at once, and with all that was acknowledged.
    try (ObjectBed other = new ObjectBed(lab.store)) {
      other.host(ObjectClass.of(Lab.PROBES, lab::make));
      Stub<Lab.Probe> stub = other.objects.stub(Lab.PROBES, "a");
      int value = lab.call(stub, self -> self.add("value", 1)).await();
      assertThat(value).isEqualTo(2);
    }
  }

  @Test
  void aCallThatComesWhileTheOwnerStopsWaitsForTheObjectAtItsNextOne() {
    CountDownLatch latch = new CountDownLatch(1);
    Future<Integer> last =
        lab.call(
            "a",
            self -> {
              lab.seen.add("runs");
              latch.await();
              return self.add("value", 1);
            });
    ObjectBed.until(() -> lab.seen.all().contains("runs"));
    try (ObjectBed next = new ObjectBed(lab.store)) {
      next.host(ObjectClass.of(Lab.PROBES, lab::make));
      Future<Void> drained = lab.bed.objects.drain();
      Stub<Lab.Probe> stub = next.objects.stub(Lab.PROBES, "a");
      Gate claims = lab.store.hold(Operation.CLAIM);
      Future<Integer> first = lab.call(stub, self -> self.add("value", 1));
      ObjectBed.until(() -> claims.waiting() == 1);
      claims.open();
      Gate again = lab.store.hold(Operation.CLAIM);
      ObjectBed.until(() -> again.waiting() == 1);
      again.open();
      latch.countDown();
      drained.await();
      assertThat(last.await()).isEqualTo(1);
      assertThat(first.await()).isEqualTo(2);
      // Its instance there was never ended to send the call back to where it came from.
      assertThat(next.metrics.find("weft.objects.ended").counters()).isEmpty();
    }
  }

  @Test
  void theApiIsForTheTurnsOfTheObjectOnly() {
    Storage storage = lab.run("a", self -> self.storage);
    assertThat(Lab.codeOf(lab.call("b", _ -> storage.get("x", String.class))))
        .isEqualTo("object:internal");
    assertThatThrownBy(() -> storage.put("x", 1)).isInstanceOf(IllegalStateException.class);
  }
}
