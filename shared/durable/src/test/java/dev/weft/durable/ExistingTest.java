package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.durable.internal.runtime.HostHand;
import dev.weft.durable.internal.store.FaultyStore;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that do not make the object they are for. */
final class ExistingTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private Future<Integer> ask(String name) {
    return lab.call(lab.stub(name).existing(), self -> self.add("value", 1));
  }

  private void assertAbsent(String name, Future<?> call) {
    WeftError error = ObjectBed.errorOf(call);
    assertThat(error.code()).isEqualTo("object:id.not_found");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(lab.store.find(lab.id(name)).await()).isEmpty();
    assertThat(lab.bed.host.has(lab.id(name))).isFalse();
  }

  @Test
  void whatIsNotThereIsNotMade() {
    assertAbsent("a", ask("a"));
    assertAbsent("a", ask("a"));
    assertThat(lab.instances).hasValue(0);
  }

  @Test
  void whatIsThereAnswersWhetherActiveOrNot() {
    lab.ping("a");
    assertThat(ask("a").await()).isEqualTo(1);
    lab.evict("a");
    assertThat(ask("a").await()).isEqualTo(2);
    Stub<Lab.Probe> stub = lab.stub("a").existing().withRequestId("once");
    assertThat(lab.call(stub, self -> self.add("value", 1)).await()).isEqualTo(3);
  }

  @Test
  void aStreamDoesNotMakeItEither() {
    Promise<Void> failed = Promise.promise();
    lab.stub("a").existing().object().watch().open().exceptionHandler(failed::fail);
    assertAbsent("a", failed.future());
  }

  @Test
  void aStreamThatHasFailedTellsWhoAsksLater() {
    Promise<Void> first = Promise.promise();
    MeshStream<String> stream = lab.stub("a").existing().object().watch().open();
    stream.exceptionHandler(first::tryFail);
    assertAbsent("a", first.future());
    Promise<Void> second = Promise.promise();
    stream.exceptionHandler(second::tryFail);
    assertAbsent("a", second.future());
  }

  @Test
  void anotherCallWhileItIsClaimedMakesIt() {
    FaultyStore.Gate claim = lab.store.hold(FaultyStore.Operation.CLAIM);
    Future<Integer> asked = ask("a");
    ObjectBed.until(() -> claim.waiting() == 1);
    Future<Integer> made = lab.call("a", self -> self.add("value", 10));
    ObjectBed.until(() -> queued("a") == 2);
    claim.open();
    assertThat(ObjectBed.errorOf(asked).code()).isEqualTo("object:id.not_found");
    assertThat(made.await()).isEqualTo(10);
    assertThat(ask("a").await()).isEqualTo(11);
  }

  private int queued(String name) {
    return HostHand.waiting(lab.bed.host, lab.id(name));
  }

  @Test
  void oneThatWaitsForAClaimThatMakesItIsAnswered() {
    FaultyStore.Gate claim = lab.store.hold(FaultyStore.Operation.CLAIM);
    Future<Integer> made = lab.call("a", self -> self.add("value", 10));
    ObjectBed.until(() -> claim.waiting() == 1);
    Future<Integer> asked = ask("a");
    claim.open();
    assertThat(made.await()).isEqualTo(10);
    assertThat(asked.await()).isEqualTo(11);
  }

  @Test
  void callsOfOneStubKeepTheirOrder() {
    Stub<Lab.Probe> stub = lab.stub("a");
    FaultyStore.Gate claim = lab.store.hold(FaultyStore.Operation.CLAIM);
    Future<Integer> asked = lab.call(stub.existing(), self -> self.add("value", 1));
    ObjectBed.until(() -> claim.waiting() == 1);
    Future<Integer> first = lab.call(stub, self -> self.add("value", 10));
    Future<Integer> second = lab.call(stub.existing(), self -> self.add("value", 5));
    claim.open();
    assertThat(ObjectBed.errorOf(asked).code()).isEqualTo("object:id.not_found");
    assertThat(first.await()).isEqualTo(10);
    assertThat(second.await()).isEqualTo(15);
  }
}
