package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.ObjectStore.ObjectRow;
import dev.weft.durable.internal.store.WriteSets;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A strict read is answered when the database says that the object is still owned, not before. */
final class StrictReadsTest {
  private static final Namespace<Lab.Probe> STRICT =
      Namespace.of("strict", Lab.Probe.class).asOpen();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String OTHER = "another incarnation";

  private final Lab lab = new Lab();

  @BeforeEach
  void host() {
    lab.bed.host(ObjectClass.of(STRICT, lab::make).withStrictReads());
    lab.store.register(OTHER, "another node", "", LIMIT).await();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private ObjectId id(String name) {
    return lab.bed.objects.idFromName(STRICT, name);
  }

  private Stub<Lab.Probe> stub(String name) {
    return lab.bed.objects.stub(STRICT, name);
  }

  /** A write whose answer has to wait for its commit, which proves who owns the object. */
  private int add(String name) {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call = lab.call(stub(name), self -> self.add("value", 1));
    ObjectBed.until(() -> commits.waiting() == 1);
    commits.open();
    return call.await();
  }

  private Future<Integer> read(String name) {
    return lab.read(stub(name), self -> self.count("value"));
  }

  /** A call as the host answers it: nobody makes it again. */
  private Future<ObjectReply> once(String name, Lab.Body<?> body) {
    Fragment args = new Fragment(("[" + lab.number(body) + "]").getBytes(StandardCharsets.UTF_8));
    ObjectRequest request =
        new ObjectRequest(id(name).hex(), name, "read", args, null, 0, 0, 0, List.of(), null, null);
    return lab.bed.mesh.call(ObjectEndpoints.call(STRICT), request, CallContext.background(LIMIT));
  }

  /** Another node takes the object and writes, while the lease here looks as good as before. */
  private void takeAwayAndWrite(String name, int value) {
    lab.store.steal(id(name), OTHER);
    ObjectRow row = lab.store.find(id(name)).await().orElseThrow();
    TreeMap<Key, byte[]> entries = new TreeMap<>();
    entries.put(Key.of("value"), Integer.toString(value).getBytes(StandardCharsets.UTF_8));
    Commit commit =
        new Commit(
            id(name),
            row.epoch(),
            row.seq(),
            WriteSets.of(false, entries, Map.of(), List.of(), 0, false));
    assertThat(lab.store.openLane(OTHER, () -> true).commit(List.of(commit)).await())
        .containsExactly(new CommitResult.Committed());
  }

  /** Until all that the object was asked has run, and waits for its confirmation at most. */
  private void untilAllHasRun(String name, int calls) {
    ObjectBed.until(
        () ->
            lab.bed.objects.inspector().inspect(id(name)).await().active()
                    instanceof ObjectInspector.Active active
                && active.running() == 0
                && lab.seen.all().size() == calls);
  }

  @Test
  void whatIsOutOfDateIsNotAnswered() {
    add("a");
    Gate confirmations = lab.store.hold(Operation.CONFIRM);
    Future<ObjectReply> read =
        once(
            "a",
            self -> {
              lab.seen.add("reads " + self.count("value"));
              return 0;
            });
    ObjectBed.until(() -> confirmations.waiting() == 1);
    takeAwayAndWrite("a", 2);
    confirmations.open();
    WeftError error = ObjectBed.errorOf(read);
    assertThat(error.code()).isEqualTo("object:reset.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(lab.seen.all()).containsExactly("reads 1");
  }

  @Test
  void norWhenTheObjectWasLostBeforeTheTurnBegan() {
    add("a");
    takeAwayAndWrite("a", 2);
    assertThat(Lab.codeOf(once("a", self -> self.count("value"))))
        .isEqualTo("object:reset.unavailable");
    // A write ends the instance; the next one sees what the other node wrote.
    lab.store.bury(OTHER).await();
    assertThat(add("a")).isEqualTo(3);
    assertThat(read("a").await()).isEqualTo(3);
  }

  @Test
  void aRefusalByWhatIsOutOfDateIsNotTold() {
    add("a");
    takeAwayAndWrite("a", 2);
    Future<ObjectReply> refused =
        once(
            "a",
            self -> {
              throw WeftError.of("shop:stock", Reason.CONFLICT, "left: " + self.count("value"))
                  .exception();
            });
    assertThat(Lab.codeOf(refused)).isEqualTo("object:reset.unavailable");
  }

  @Test
  void readsThatComeWhileOneIsConfirmedShareTheNextConfirmation() {
    add("a");
    add("b");
    Gate confirmations = lab.store.hold(Operation.CONFIRM);
    List<Future<Integer>> reads = new ArrayList<>();
    reads.add(read("a"));
    ObjectBed.until(() -> confirmations.waiting() == 1);
    for (int i = 0; i < 10; i++) {
      for (String name : List.of("a", "b")) {
        reads.add(
            lab.read(
                stub(name),
                self -> {
                  lab.seen.add("read");
                  return self.count("value");
                }));
      }
    }
    untilAllHasRun("a", 20);
    untilAllHasRun("b", 20);
    assertThat(reads).noneMatch(Future::isComplete);
    confirmations.open();
    Future.all(reads).await();
    assertThat(reads.stream().map(Future::result)).containsOnly(1);
    // The first proves nothing of turns that ran after it was asked.
    assertThat(lab.store.confirmations().stream().map(List::size)).containsExactly(1, 20);
  }

  @Test
  void ofThoseConfirmedTogetherOnlyTheLostOneIsRefused() {
    add("a");
    add("b");
    Gate confirmations = lab.store.hold(Operation.CONFIRM);
    Future<Integer> first = read("b");
    ObjectBed.until(() -> confirmations.waiting() == 1);
    Lab.Body<Integer> note =
        self -> {
          lab.seen.add("read");
          return self.count("value");
        };
    Future<ObjectReply> before = once("b", note);
    Future<ObjectReply> lost = once("a", note);
    Future<ObjectReply> after = once("b", note);
    untilAllHasRun("a", 3);
    untilAllHasRun("b", 3);
    takeAwayAndWrite("a", 2);
    confirmations.open();
    Future.all(first, before, after).await();
    assertThat(Lab.codeOf(lost)).isEqualTo("object:reset.unavailable");
    assertThat(lab.store.confirmations()).hasSize(2);
  }

  @Test
  void aReadThatCannotBeConfirmedIsMadeAgain() {
    add("a");
    lab.store.failNext(Operation.CONFIRM, new IllegalStateException("down"));
    Future<ObjectReply> once = once("a", self -> self.count("value"));
    WeftError error = ObjectBed.errorOf(once);
    assertThat(error.code()).isEqualTo("object:reset.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(error.retryable()).isTrue();
    lab.store.failNext(Operation.CONFIRM, new IllegalStateException("down"));
    assertThat(read("a").await()).isEqualTo(1);
    assertThat(lab.instances).hasValue(1);
  }

  @Test
  void whatWentOutsideAndCannotBeConfirmedIsOfUnknownOutcome() {
    add("a");
    lab.store.failNext(Operation.CONFIRM, new IllegalStateException("down"));
    Future<Integer> call =
        lab.call(
            stub("a"),
            self -> {
              lab.seen.add("outside");
              return self.context.outside(() -> Future.succeededFuture(1));
            });
    WeftError error = ObjectBed.errorOf(call);
    assertThat(error.code()).isEqualTo("object:reset.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(lab.seen.all()).containsExactly("outside");
  }

  @Test
  void whatACommitProvesIsNotAskedAndNorIsWhatTheLeaseMayProve() {
    add("a");
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.store.confirmations()).isEmpty();
    assertThat(read("a").await()).isEqualTo(1);
    assertThat(lab.store.confirmations()).containsExactly(List.of(id("a")));
  }

  @Test
  void whatWroteAndCannotBeConfirmedIsNotMadeAgain() {
    add("a");
    Future<Integer> call =
        lab.call(
            stub("a"),
            self -> {
              int value = self.add("value", 1);
              self.storage.sync();
              lab.store.failNext(Operation.CONFIRM, new IllegalStateException("down"));
              return value;
            });
    // Its write is durable.
    assertThat(ObjectBed.errorOf(call).outcome()).isNotEqualTo(Outcome.NOT_EXECUTED);
    assertThat(read("a").await()).isEqualTo(2);
  }

  @Test
  void anInstanceThatHasLostTheObjectIsOver() {
    add("a");
    takeAwayAndWrite("a", 2);
    lab.store.bury(OTHER).await();
    Future<Integer> read =
        lab.read(stub("a").withTimeout(Duration.ofSeconds(5)), self -> self.count("value"));
    assertThat(read.await()).isEqualTo(2);
  }
}
