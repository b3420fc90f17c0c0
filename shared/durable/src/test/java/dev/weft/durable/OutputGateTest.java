package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing leaves an object before the writes it may depend on are durable. */
final class OutputGateTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aReplyWaitsForTheCommitAndTheNextTurnDoesNot() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> write = lab.call(stub, self -> self.add("value", 1));
    Future<Integer> read =
        lab.call(
            stub,
            self -> {
              lab.seen.add("read");
              return self.count("value");
            });
    ObjectBed.until(() -> commits.waiting() == 1 && lab.seen.all().contains("read"));
    // Its writer may still be undone, so what was read may not be told either.
    assertThat(write.isComplete()).isFalse();
    assertThat(read.isComplete()).isFalse();
    lab.ping("other");
    commits.open();
    assertThat(write.await()).isEqualTo(1);
    assertThat(read.await()).isEqualTo(1);
  }

  @Test
  void anErrorWaitsForTheCommitToo() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              throw new IllegalStateException("after a write");
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    assertThat(call.isComplete()).isFalse();
    commits.open();
    assertThat(ObjectBed.errorOf(call).outcome()).isEqualTo(Outcome.EXECUTED);
  }

  @Test
  void aCallOfAnotherObjectWaitsForTheCommit() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    long inner = lab.number(_ -> noted("inner"));
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              self.context.objects().get(Lab.PROBES, "b").run(inner);
              return 1;
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    lab.ping("b");
    assertThat(lab.seen.all()).isEmpty();
    commits.open();
    call.await();
    assertThat(lab.seen.all()).containsExactly("inner");
  }

  @Test
  void aStreamOfAnotherObjectIsOpenedAfterTheCommit() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              self.context.objects().get(Lab.PROBES, "b").watch().open();
              return 1;
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    lab.ping("b");
    assertThat(lab.watches).hasValue(0);
    commits.open();
    call.await();
    ObjectBed.until(() -> lab.watches.get() == 1);
  }

  @Test
  void aStreamOfAnotherObjectIsNotOpenedWhenTheCommitIsLost() {
    lab.store.loseNextCommit(false);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              Feed<String> feed = self.context.objects().get(Lab.PROBES, "b").watch();
              feed.open().exceptionHandler(failure::set);
              return 1;
            });
    // Something has been begun outside that the commits do not tell of.
    assertThat(ObjectBed.errorOf(call).outcome()).isEqualTo(Outcome.UNKNOWN);
    ObjectBed.until(() -> failure.get() instanceof WeftException);
    lab.ping("b");
    assertThat(lab.watches).hasValue(0);
  }

  private int noted(String event) {
    lab.seen.add(event);
    return 0;
  }

  @Test
  void whatIsStartedOutsideWaitsForTheCommit() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("value", 1);
              return self.context.outside(() -> Future.succeededFuture(noted("outside")));
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    assertThat(lab.seen.all()).isEmpty();
    commits.open();
    call.await();
    assertThat(lab.seen.all()).containsExactly("outside");
  }

  @Test
  void aCallBeforeTheFirstWriteWaitsForNothing() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    long inner = lab.number(_ -> noted("inner"));
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.context.objects().get(Lab.PROBES, "b").run(inner);
              return self.add("value", 1);
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    assertThat(lab.seen.all()).containsExactly("inner");
    commits.open();
    call.await();
  }

  @Test
  void callsOfOneStubLeaveInTheirOrderAlsoWhenOneHadToWait() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    Promise<Integer> pause = Promise.promise();
    CountDownLatch durable = new CountDownLatch(1);
    long first = lab.number(_ -> noted("first"));
    long second = lab.number(_ -> noted("second"));
    Future<Future<?>> call =
        lab.call(
            "a",
            self -> {
              Stub<Lab.Probe> other = self.context.objects().stub(Lab.PROBES, "b");
              self.add("value", 1);
              Future<?> one = other.call(probe -> run(probe, first));
              self.context.await(pause.future());
              // The commit becomes durable while this turn keeps the object to itself.
              durable.await();
              Future<?> two = other.call(probe -> run(probe, second));
              return Future.all(one, two);
            });
    ObjectBed.until(() -> commits.waiting() == 1);
    pause.complete(1);
    commits.open();
    durable.countDown();
    call.await().await();
    assertThat(lab.seen.all()).containsExactly("first", "second");
  }

  private static int run(Lab.Probe probe, long body) {
    probe.run(body);
    return 0;
  }

  @Test
  void whatWasNotCommittedIsNeverReadBack() {
    lab.run("a", self -> self.add("value", 1));
    lab.store.loseNextCommit(false);
    WeftError error = ObjectBed.errorOf(lab.call("a", self -> self.add("value", 10)));
    assertThat(error.code()).isEqualTo("object:reset.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(lab.count("a", "value")).isEqualTo(1);
  }

  @Test
  void whatWasCommittedWithoutAnAnswerIsUnknownAndKept() {
    lab.run("a", self -> self.add("value", 1));
    lab.store.loseNextCommit(true);
    WeftError error = ObjectBed.errorOf(lab.call("a", self -> self.add("value", 10)));
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(lab.count("a", "value")).isEqualTo(11);
  }

  @Test
  void whatCameAfterALostCommitIsKnownNotToHaveHappened() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    lab.store.loseNextCommit(false);
    Stub<Lab.Probe> stub = lab.stub("a");
    AtomicInteger runs = new AtomicInteger();
    Future<Integer> first = lab.call(stub, self -> self.add("value", 1));
    ObjectBed.until(() -> commits.waiting() == 1);
    Future<Integer> second =
        lab.call(
            stub,
            self -> {
              runs.incrementAndGet();
              return self.add("value", 10);
            });
    ObjectBed.until(() -> runs.get() == 1);
    commits.open();
    assertThat(ObjectBed.errorOf(first).outcome()).isEqualTo(Outcome.UNKNOWN);
    // The stub may repeat it, because its part was never sent to the database.
    assertThat(second.await()).isEqualTo(10);
    assertThat(runs).hasValue(2);
  }

  @Test
  void anInstanceThatLostTheObjectAnswersNothing() {
    lab.run("a", self -> self.add("value", 1));
    lab.store.fenceNextCommit();
    AtomicInteger runs = new AtomicInteger();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              runs.incrementAndGet();
              return self.add("value", 1);
            });
    // Nothing of the first run was kept, so the stub made the call once more.
    assertThat(call.await()).isEqualTo(2);
    assertThat(runs).hasValue(2);
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void aRefusedCommitIsTheCallersErrorAndNobodyElses() {
    lab.run("a", self -> self.add("value", 1));
    WeftError refusal = WeftError.of("object:storage", Reason.TOO_LARGE, "Full.");
    lab.store.refuse(lab.id("a"), refusal);
    WeftError error = ObjectBed.errorOf(lab.call("a", self -> self.add("value", 1)));
    assertThat(error.code()).isEqualTo("object:storage.too_large");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    int other = lab.run("b", self -> self.add("value", 1));
    assertThat(other).isEqualTo(1);
    lab.store.accept(lab.id("a"));
    assertThat(lab.count("a", "value")).isEqualTo(1);
  }
}
