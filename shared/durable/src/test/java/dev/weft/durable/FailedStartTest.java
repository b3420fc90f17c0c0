package dev.weft.durable;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An object whose constructor throws is tried ever more seldom, and says so. */
final class FailedStartTest {
  private final Lab lab = new Lab();
  private final AtomicInteger tries = new AtomicInteger();

  @AfterEach
  void close() {
    lab.close();
  }

  private void breakConstructor() {
    lab.onConstruct =
        self -> {
          tries.incrementAndGet();
          throw new IllegalStateException("cannot read my state");
        };
  }

  private WeftError failure(String name) {
    try {
      lab.ping(name);
      throw new AssertionError("was made");
    } catch (WeftException e) {
      return e.error();
    }
  }

  @Test
  void itIsLeftAloneForAWhileAndItsCallersAreToldAtOnce() {
    breakConstructor();
    for (int i = 0; i < 200; i++) {
      WeftError error = failure("a");
      assertThat(error.code()).isEqualTo("object:internal");
      assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
      assertThat(error.message()).contains("cannot read my state");
    }
    // Twice at once, then after half a second, after a second, …
    assertThat(tries.get()).isBetween(2, 10);
    assertThat(failure("a").details()).containsKey("retryMillis");
    lab.onConstruct = _ -> "";
    lab.ping("another");
  }

  @Test
  void anOperatorSeesItAndCanHaveItTriedAtOnce() {
    lab.ping("a");
    lab.evict("a");
    breakConstructor();
    for (int i = 0; i < 5; i++) {
      assertThat(failure("a").code()).isEqualTo("object:internal");
    }
    ObjectId id = lab.id("a");
    ObjectInspector.Failing failing =
        requireNonNull(lab.bed.objects.inspector().inspect(id).await().failing());
    assertThat(failing.failures()).isEqualTo(tries.get());
    assertThat(failing.error()).contains("cannot read my state");
    lab.onConstruct = _ -> "";
    boolean ignored = lab.bed.objects.inspector().reset(id).await();
    lab.ping("a");
    assertThat(lab.bed.objects.inspector().inspect(id).await().failing()).isNull();
  }

  @Test
  void itsAlarmDoesNotHaveItMadeAgainAndAgain() {
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set("due", Duration.ofSeconds(10));
          return 0;
        });
    lab.evict("a");
    breakConstructor();
    lab.advance(Duration.ofSeconds(10));
    ObjectBed.until(() -> tries.get() >= 1);
    for (int i = 0; i < 50; i++) {
      assertThat(failure("a").code()).isEqualTo("object:internal");
    }
    assertThat(tries.get()).isLessThan(10);
    assertThat(lab.store.alarms(lab.id("a")).await()).containsOnlyKeys("due");
  }
}
