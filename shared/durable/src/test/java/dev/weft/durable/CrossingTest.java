package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects that let nobody in while they wait for each other: one gives way, and soon. */
final class CrossingTest {
  private static final long SOON_SECONDS = 10;

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /**
   * Within a transaction, once all have begun theirs: adds one here, and calls another to do so.
   */
  private Future<Integer> cross(String from, String to, CountDownLatch begun) {
    long there = lab.number(self -> self.add("value", 1));
    return lab.call(
        from,
        self ->
            self.storage.<Integer, InterruptedException>transaction(
                () -> {
                  int sum = self.add("value", 1);
                  begun.countDown();
                  assertThat(begun.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
                  self.context
                      .objects()
                      .stub(Lab.PROBES, to)
                      .withTimeout(Duration.ofMinutes(10))
                      .object()
                      .run(there);
                  return sum;
                }));
  }

  private static List<String> ends(List<Future<Integer>> calls) {
    List<String> ends = new ArrayList<>();
    for (Future<Integer> call : calls) {
      String end = Lab.codeOf(call.timeout(SOON_SECONDS, TimeUnit.SECONDS));
      ends.add(end.startsWith("answered") ? "answered" : end);
    }
    return ends;
  }

  @Test
  void ofTwoThatCrossOneIsRefusedAtOnce() {
    CountDownLatch begun = new CountDownLatch(2);
    List<String> ends = ends(List.of(cross("a", "b", begun), cross("b", "a", begun)));
    assertThat(ends)
        .contains("object:crossing.conflict")
        .isSubsetOf("object:crossing.conflict", "answered");
    int done = (int) ends.stream().filter("answered"::equals).count();
    assertThat(lab.stored("a", "value") + lab.stored("b", "value")).isEqualTo(2 * done);
  }

  @Test
  void aCircleOfThreeIsBrokenSoon() {
    CountDownLatch begun = new CountDownLatch(3);
    List<String> ends =
        ends(List.of(cross("a", "b", begun), cross("b", "c", begun), cross("c", "a", begun)));
    assertThat(ends)
        .contains("object:crossing.conflict")
        .isSubsetOf("object:crossing.conflict", "answered");
  }

  @Test
  void oneThatWaitsForAnotherThatIsOnlyBusyIsLetIn() {
    lab.ping("a");
    lab.ping("b");
    CountDownLatch entered = new CountDownLatch(1);
    Future<Integer> busy =
        lab.call(
            "b",
            self ->
                self.storage.<Integer, InterruptedException>transaction(
                    () -> {
                      entered.countDown();
                      Thread.sleep(1_800);
                      return self.add("value", 1);
                    }));
    Future<Integer> patient = cross("a", "b", new CountDownLatch(1));
    assertThat(ends(List.of(busy, patient))).containsExactly("answered", "answered");
    assertThat(entered.getCount()).isZero();
  }
}
