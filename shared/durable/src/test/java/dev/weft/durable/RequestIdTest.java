package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request made twice has one effect and one answer. */
final class RequestIdTest {
  /** More than an object remembers of what it has in the database. */
  private static final int MANY = 100;

  interface Till {
    int pay(int amount);

    int refuse(int amount);

    int validate(int amount);

    /** Pays, then fails with what another object's loss would be told. */
    int payAndLose(int amount);

    int order(Map<String, Integer> amounts);

    void block();
  }

  private static final Namespace<Till> TILLS = Namespace.of("till", Till.class).asOpen();

  private final Lab lab = new Lab();
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch unblocked = new CountDownLatch(1);
  private volatile Future<Integer> outside = Future.succeededFuture(0);

  private final class TillObject implements Till {
    private final ObjectContext context;

    TillObject(ObjectContext context) {
      this.context = context;
    }

    @Override
    public int pay(int amount) {
      runs.incrementAndGet();
      int ignored = context.await(outside);
      int sum = context.storage().get("sum", Integer.class, 0) + amount;
      context.storage().put("sum", sum);
      return sum;
    }

    @Override
    public int refuse(int amount) {
      runs.incrementAndGet();
      context.storage().put("refused", amount);
      throw WeftError.of("till:payment", Reason.CONFLICT, "run " + runs).exception();
    }

    @Override
    public int validate(int amount) {
      throw WeftError.of("till:payment", Reason.INVALID, "run " + runs.incrementAndGet())
          .exception();
    }

    @Override
    public int payAndLose(int amount) {
      int sum = pay(amount);
      throw WeftError.of("object:reset", Reason.UNAVAILABLE, "Lost at " + sum)
          .withOutcome(Outcome.UNKNOWN)
          .exception();
    }

    @Override
    public int order(Map<String, Integer> amounts) {
      return pay(amounts.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Override
    public void block() {
      lab.seen.add("blocks");
      try {
        unblocked.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @BeforeEach
  void host() {
    lab.bed.host(ObjectClass.of(TILLS, TillObject::new));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private Stub<Till> request(String id) {
    return lab.bed.objects.stub(TILLS, "a").withRequestId(id);
  }

  private void evict() {
    ObjectId id = lab.bed.objects.idFromName(TILLS, "a");
    ObjectBed.until(() -> lab.bed.objects.inspector().evict(id).await());
    ObjectBed.until(() -> !lab.bed.host.has(id));
  }

  @Test
  void theSecondGetsTheAnswerOfTheFirst() {
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    assertThat(request("two").object().pay(5)).isEqualTo(10);
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    assertThat(runs).hasValue(2);
  }

  @Test
  void alsoAfterTheInstanceWasDropped() {
    request("one").object().pay(5);
    evict();
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    assertThat(runs).hasValue(1);
  }

  @Test
  void alsoWhileTheFirstIsUnderWay() {
    Promise<Integer> promise = Promise.promise();
    outside = promise.future();
    Future<Integer> first = request("one").call(till -> till.pay(5));
    ObjectBed.until(() -> runs.get() == 1);
    Future<Integer> second = request("one").call(till -> till.pay(5));
    Future<Integer> third = request("one").call(till -> till.pay(5));
    Future<Integer> other = request("other").call(till -> till.validate(0));
    assertThat(Lab.codeOf(other)).isEqualTo("till:payment.invalid");
    promise.complete(1);
    assertThat(first.await()).isEqualTo(5);
    assertThat(second.await()).isEqualTo(5);
    assertThat(third.await()).isEqualTo(5);
    // Once for "one" and once for "other".
    assertThat(runs).hasValue(2);
  }

  @Test
  void theSecondWaitsForTheCommitOfTheFirst() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> first = request("one").call(till -> till.pay(5));
    Future<Integer> second = request("one").call(till -> till.pay(5));
    ObjectBed.until(() -> commits.waiting() == 1);
    assertThat(second.isComplete()).isFalse();
    commits.open();
    assertThat(first.await()).isEqualTo(5);
    assertThat(second.await()).isEqualTo(5);
  }

  @Test
  void aCommitOfUnknownFateIsAskedForAgain() {
    lab.store.loseNextCommit(true);
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    lab.store.loseNextCommit(false);
    assertThat(request("two").object().pay(5)).isEqualTo(10);
    // The first was found to have run, the second not: it ran again.
    assertThat(runs).hasValue(3);
  }

  @Test
  void anErrorAfterAnEffectIsKeptToo() {
    Future<Integer> first = request("one").call(till -> till.refuse(5));
    WeftError error = ObjectBed.errorOf(first);
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
    evict();
    assertThat(ObjectBed.errorOf(request("one").call(till -> till.refuse(5)))).isEqualTo(error);
    assertThat(runs).hasValue(1);
  }

  @Test
  void theSecondIsKnownHoweverManyCameBetweenWhileTheirCommitsWait() {
    // Calls of one stub keep their order.
    Stub<Till> stub = lab.bed.objects.stub(TILLS, "a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> first = stub.withRequestId("one").call(till -> till.pay(5));
    List<Future<Integer>> others = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String id = "other" + i;
      others.add(stub.withRequestId(id).call(till -> till.pay(1)));
    }
    ObjectBed.until(() -> runs.get() == 1 + MANY);
    Future<Integer> second = stub.withRequestId("one").call(till -> till.pay(5));
    Future<Integer> last = stub.withRequestId("last").call(till -> till.pay(1));
    ObjectBed.until(() -> runs.get() >= 2 + MANY);
    commits.open();
    assertThat(first.await()).isEqualTo(5);
    assertThat(second.await()).isEqualTo(5);
    Future.all(others).await();
    assertThat(last.await()).isEqualTo(5 + MANY + 1);
    assertThat(runs).hasValue(2 + MANY);
  }

  @Test
  void oneWhoseTimeIsOverLeavesTheFirstAlone() {
    Promise<Integer> promise = Promise.promise();
    outside = promise.future();
    Future<Integer> first = request("one").call(till -> till.pay(5));
    ObjectBed.until(() -> runs.get() == 1);
    Future<Integer> blocking = lab.bed.objects.stub(TILLS, "a").call(till -> block(till));
    ObjectBed.until(() -> lab.seen.all().contains("blocks"));
    Stub<Till> impatient = request("one").withTimeout(Duration.ofMillis(50));
    assertThat(ObjectBed.errorOf(impatient.call(till -> till.pay(5))).reason())
        .isEqualTo(Reason.TIMEOUT);
    unblocked.countDown();
    blocking.await();
    Future<Integer> third = request("one").call(till -> till.pay(5));
    assertThat(Lab.codeOf(request("other").call(till -> till.validate(0))))
        .isEqualTo("till:payment.invalid");
    promise.complete(1);
    assertThat(first.await()).isEqualTo(5);
    assertThat(third.await()).isEqualTo(5);
    // Once for "one" and once for "other".
    assertThat(runs).hasValue(2);
  }

  private static int block(Till till) {
    till.block();
    return 0;
  }

  @Test
  void anIdIsForOneRequest() {
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    evict();
    for (Future<Integer> other :
        List.of(
            request("one").<Integer>call(till -> till.pay(6)),
            request("one").<Integer>call(till -> till.refuse(5)))) {
      WeftError error = ObjectBed.errorOf(other);
      assertThat(error.code()).isEqualTo("object:request.conflict");
      assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }
    assertThat(request("one").object().pay(5)).isEqualTo(5);
    assertThat(runs).hasValue(1);
  }

  @Test
  void theOrderOfAMapMakesNoOtherRequest() {
    LinkedHashMap<String, Integer> amounts = new LinkedHashMap<>();
    amounts.put("a", 1);
    amounts.put("b", 2);
    assertThat(request("one").object().order(amounts)).isEqualTo(3);
    assertThat(request("one").object().order(amounts.reversed())).isEqualTo(3);
    assertThat(runs).hasValue(1);
  }

  @Test
  void theLossOfAnotherObjectAfterAWriteIsNoReasonToWriteAgain() {
    WeftError error = ObjectBed.errorOf(request("one").call(till -> till.payAndLose(5)));
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
    assertThat(error.message()).isEqualTo("Lost at 5");
    assertThat(request("two").object().pay(1)).isEqualTo(6);
  }

  @Test
  void anErrorWithoutAnEffectIsNot() {
    assertThat(Lab.codeOf(request("one").call(till -> till.validate(5))))
        .isEqualTo("till:payment.invalid");
    assertThat(request("one").object().pay(5)).isEqualTo(5);
  }

  @Test
  void afterADayItIsForgotten() {
    request("one").object().pay(5);
    evict();
    lab.advance(Duration.ofHours(25));
    lab.store.tidy(Duration.ofDays(1)).await();
    assertThat(request("one").object().pay(5)).isEqualTo(10);
  }
}
