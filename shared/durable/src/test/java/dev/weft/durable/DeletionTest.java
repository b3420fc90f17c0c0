package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.store.FaultyStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects that operators delete. */
final class DeletionTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private ObjectInspector inspector() {
    return lab.bed.objects.inspector();
  }

  private Future<Boolean> delete(String name) {
    return inspector().delete(lab.id(name));
  }

  private void assertGone(String name) {
    assertThat(Lab.codeOf(inspector().inspect(lab.id(name)))).isEqualTo("object:id.not_found");
    assertThat(inspector().list("probe", "", null, 10).await()).isEmpty();
    assertThat(Lab.codeOf(lab.call(lab.stub(name).existing(), _ -> 0)))
        .isEqualTo("object:id.not_found");
  }

  private int addOnce(String name) {
    return lab.call(lab.stub(name).withRequestId("once"), self -> self.add("value", 1)).await();
  }

  private void write(String name) {
    addOnce(name);
    lab.run(
        name,
        self -> {
          self.storage.alarms().set(Duration.ofSeconds(1));
          return 0;
        });
  }

  @Test
  void nothingOfItIsLeftWhetherItWasActiveOrNot() {
    for (boolean active : new boolean[] {true, false}) {
      write("a");
      if (!active) {
        lab.evict("a");
      }
      assertThat(delete("a").await()).isTrue();
      assertGone("a");
      assertThat(delete("a").await()).isFalse();
    }
    assertThat(delete("never").await()).isFalse();
  }

  @Test
  void itIsMadeAnewByTheNextCallAndItsEpochsGoOn() {
    write("a");
    long before = inspector().inspect(lab.id("a")).await().summary().epoch();
    assertThat(delete("a").await()).isTrue();
    lab.advance(Duration.ofSeconds(2));
    assertThat(addOnce("a")).isEqualTo(1);
    ObjectInspector.Details details = inspector().inspect(lab.id("a")).await();
    assertThat(details.summary().name()).isEqualTo("a");
    assertThat(details.summary().epoch()).isGreaterThan(before);
    assertThat(details.alarms()).isEmpty();
    assertThat(lab.alarms).isEmpty();
  }

  @Test
  void aCommitOfItThatComesLateIsNone() {
    lab.ping("a");
    FaultyStore.Gate commit = lab.store.hold(FaultyStore.Operation.COMMIT);
    Future<Integer> late = lab.call("a", self -> self.add("value", 1));
    ObjectBed.until(() -> commit.waiting() == 1);
    assertThat(delete("a").await()).isTrue();
    assertThat(ObjectBed.errorOf(late).code()).isEqualTo("object:reset.unavailable");
    commit.open();
    assertThat(lab.count("a", "value")).isZero();
  }

  @Test
  void oneThatIsStuckIsDeletedToo() {
    CountDownLatch latch = new CountDownLatch(1);
    Future<Integer> stuck =
        lab.call(
            "a",
            self -> {
              lab.seen.add("stuck");
              self.add("value", 1);
              self.context.objects().get(Lab.PROBES, "b").read(lab.number(_ -> 0));
              latch.await();
              return 0;
            });
    ObjectBed.until(() -> lab.seen.all().contains("stuck"));
    ObjectBed.until(() -> lab.commits("a") == 1);
    assertThat(delete("a").await()).isTrue();
    assertThat(ObjectBed.errorOf(stuck).code()).isEqualTo("object:reset.unavailable");
    latch.countDown();
    assertThat(lab.count("a", "value")).isZero();
  }

  @Test
  void aCallThatComesMeanwhileFindsTheNextOne() {
    write("a");
    FaultyStore.Gate claim = lab.store.hold(FaultyStore.Operation.CLAIM);
    Future<Boolean> deleted = delete("a");
    ObjectBed.until(() -> claim.waiting() == 1);
    Future<Integer> meanwhile = lab.call("a", self -> self.add("value", 7));
    assertThat(meanwhile.isComplete()).isFalse();
    claim.open();
    assertThat(deleted.await()).isTrue();
    assertThat(meanwhile.await()).isEqualTo(7);
  }
}
