package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an object starts outside, however it behaves, is its own affair. */
final class OutsideTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private Future<Integer> writeThen(Supplier<Future<Integer>> outside) {
    return lab.call(
        "a",
        self -> {
          self.add("value", 1);
          return self.context.outside(outside);
        });
  }

  @SuppressWarnings("NullAway") // what somebody may do
  private static Future<Integer> nothing() {
    return null;
  }

  @Test
  void whatFailsToStartFailsItsTurnAndNobodyElses() {
    List<Future<Integer>> neighbours = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 20; i++) {
        neighbours.add(lab.call("b" + i, self -> self.add("value", 1)));
      }
      assertThat(Lab.codeOf(writeThen(OutsideTest::nothing))).isEqualTo("object:internal");
      assertThat(
              Lab.codeOf(
                  writeThen(
                      () -> {
                        throw new StackOverflowError("of the operation");
                      })))
          .isEqualTo("object:internal");
    }
    neighbours.forEach(neighbour -> neighbour.await());
    assertThat(lab.stored("a", "value")).isEqualTo(10);
  }

  @Test
  void itIsStartedOnceAlsoWhenTheInstanceEndsMeanwhile() {
    AtomicInteger starts = new AtomicInteger();
    Promise<Integer> pending = Promise.promise();
    Future<Integer> call =
        writeThen(
            () -> {
              starts.incrementAndGet();
              lab.bed.objects.inspector().reset(lab.id("a")).await();
              return pending.future();
            });
    assertThat(Lab.codeOf(call)).isEqualTo("object:reset.unavailable");
    assertThat(starts).hasValue(1);
  }

  @Test
  void itMayBlockWithoutHoldingUpTheCommitsOfOthers() {
    CountDownLatch blocked = new CountDownLatch(1);
    Future<Integer> call =
        writeThen(
            () -> {
              lab.seen.add(Thread.currentThread().isVirtual() ? "virtual" : "event loop");
              await(blocked);
              return Future.succeededFuture(1);
            });
    ObjectBed.until(() -> !lab.seen.all().isEmpty());
    int other = lab.run("b", self -> self.add("value", 1));
    assertThat(other).isEqualTo(1);
    blocked.countDown();
    call.await();
    assertThat(lab.seen.all()).containsExactly("virtual");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itDoesNotReadWhatOthersHaveWrittenMeanwhile() {
    for (boolean before : List.of(true, false)) {
      Future<Integer> call =
          lab.call(
              "a",
              self -> {
                if (before) {
                  self.add("value", 1);
                }
                return self.context.outside(() -> Future.succeededFuture(self.count("value")));
              });
      assertThat(Lab.codeOf(call)).isEqualTo("object:internal");
    }
  }

  @Test
  void aThreadThatInterruptsItselfWaitsAllTheSame() {
    lab.fill("a");
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              Thread.currentThread().interrupt();
              self.storage.sync();
              int read = self.count("fill299");
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              return read;
            });
    assertThat(call.await()).isEqualTo(299);
    // The flag is none of the next turn's business.
    boolean interrupted = lab.run("a", _ -> Thread.currentThread().isInterrupted());
    assertThat(interrupted).isFalse();
  }

  @Test
  void anErrorInACriticalSectionResetsTheObjectToo() {
    Future<Integer> call =
        lab.call(
            "a",
            self ->
                self.context.blockConcurrencyWhile(
                    () -> {
                      self.add("value", 1);
                      throw new StackOverflowError("of the section");
                    }));
    assertThat(Lab.codeOf(call)).isEqualTo("object:internal");
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void aTaskOutlivesTheTimeOfTheCallThatBeganIt() {
    Promise<Long> left = Promise.promise();
    lab.run(
        "a",
        self -> {
          self.context.waitUntil(() -> left.complete(self.context.call().remaining().toMinutes()));
          return 0;
        });
    assertThat(left.future().await()).isEqualTo(14);
  }

  @Test
  void aTurnThatWaitsOutsideForEverIsGivenUp() {
    ObjectLimits limits = ObjectLimits.DEFAULT.withElapsed(Duration.ofMillis(300));
    try (Lab impatient = new Lab(limits)) {
      Future<Integer> call =
          impatient.call("a", self -> self.context.await(Promise.<Integer>promise().future()));
      assertThat(Lab.codeOf(call)).isEqualTo("object:turn.timeout");
      impatient.ping("a");
    }
  }

  @Test
  void callsAreRefusedWhenTooManyAnswersWaitForTheirCommit() {
    try (Lab small = new Lab(ObjectLimits.DEFAULT.withMailbox(10, 1 << 20))) {
      small.ping("a");
      Gate commits = small.store.hold(Operation.COMMIT);
      AtomicInteger runs = new AtomicInteger();
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        calls.add(
            small.call(
                "a",
                self -> {
                  runs.incrementAndGet();
                  return self.add("value", 1);
                }));
      }
      ObjectBed.until(() -> calls.stream().filter(Future::isComplete).count() >= 60 - 10 - 11);
      // Many may be refused before the first of them has begun.
      ObjectBed.until(() -> runs.get() >= 10);
      assertThat(runs.get()).isBetween(10, 11);
      commits.open();
      long refused =
          calls.stream()
              .filter(call -> Lab.codeOf(call).equals("object:mailbox.overloaded"))
              .count();
      assertThat(small.count("a", "value")).isEqualTo((int) (60 - refused));
    }
  }

  @Test
  void turnsDoNotRunFarAheadOfTheirCommits() {
    byte[] large = new byte[1 << 20];
    Gate commits = lab.store.hold(Operation.COMMIT);
    AtomicInteger runs = new AtomicInteger();
    List<Future<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String key = "k" + i;
      calls.add(
          lab.call(
              "a",
              self -> {
                self.storage.put(key, large);
                return runs.incrementAndGet();
              }));
    }
    ObjectBed.until(() -> commits.waiting() == 1 && runs.get() >= 8);
    lab.ping("other");
    assertThat(runs.get()).isLessThan(12);
    commits.open();
    calls.forEach(call -> call.await());
    assertThat(runs).hasValue(40);
  }
}
