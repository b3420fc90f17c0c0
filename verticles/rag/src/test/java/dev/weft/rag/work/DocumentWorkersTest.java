package dev.weft.rag.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.rag.text.Budget;
import dev.weft.rag.text.Chunk;
import dev.weft.rag.text.Chunker;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocumentWorkersTest {

  private static final Duration TIME = Duration.ofMillis(100);

  private static final Budget.Limits LIMITS = new Budget.Limits(TIME, 16L << 20, 1_000);

  private final DocumentWorkers workers = new DocumentWorkers(1, 2, LIMITS, Duration.ofMinutes(5));
  private final DocumentWorkers impatient = new DocumentWorkers(1, 2, LIMITS, TIME);

  @AfterEach
  void close() {
    workers.close();
    impatient.close();
  }

  private <T> WeftError refusal(Function<Budget, T> work) {
    return refusal(workers, work);
  }

  private static <T> WeftError refusal(DocumentWorkers workers, Function<Budget, T> work) {
    Future<T> failed = workers.run(work, () -> false);
    try {
      throw new AssertionError("not refused but " + failed.await());
    } catch (WeftException e) {
      return e.error();
    }
  }

  private void goesOn() {
    assertThat(workers.run(budget -> "done", () -> false).await()).isEqualTo("done");
  }

  @Test
  void whatSpinsIsEndedByItsBudget() {
    WeftError error =
        refusal(
            budget -> {
              while (true) {
                budget.step();
              }
            });
    assertThat(error.code()).isEqualTo("rag:document.unprocessable");
    assertThat(error.message()).contains("100 ms of processor time");
    assertThat(error.retryable()).isFalse();
    goesOn();
    assertThat(workers.stuck()).isZero();
  }

  @Test
  void whatAllocatesWithoutEndIsEndedByItsBudget() {
    WeftError error =
        refusal(
            budget -> {
              List<byte[]> kept = new ArrayList<>();
              while (true) {
                kept.add(new byte[1_000]);
                budget.step();
              }
            });
    assertThat(error.reason()).isEqualTo(Reason.UNPROCESSABLE);
    assertThat(error.message()).contains("16 MiB of memory");
    goesOn();
  }

  @Test
  void aDocumentOfTooManyPassagesIsRefused() {
    String text = "# a\nb\n".repeat(2_000);
    assertThat(refusal(budget -> new Chunker(400, 200).cut(text, budget)).message())
        .contains("more than 1,000 passages");
    List<Chunk> chunks =
        workers
            .run(budget -> new Chunker(400, 200).cut(text.substring(0, 600), budget), () -> false)
            .await();
    assertThat(chunks).hasSize(100);
  }

  @Test
  void anErrorFailsItsDocumentAndNothingElse() {
    assertThat(refusal(DocumentWorkersTest::nested).message()).contains("nested too deeply");
    assertThat(
            refusal(
                    budget -> {
                      throw new OutOfMemoryError("planted");
                    })
                .message())
        .contains("more memory than there is");
    assertThat(
            refusal(
                    budget -> {
                      throw new IllegalStateException("planted");
                    })
                .message())
        .contains("IllegalStateException")
        .doesNotContain("planted");
    goesOn();
  }

  @SuppressWarnings("InfiniteRecursion") // its stack is to run out
  private static int nested(Budget budget) {
    budget.step();
    return nested(budget) + 1;
  }

  @Test
  void whatDoesNotAskItsBudgetIsGivenUpAndAnotherThreadTakesOver() {
    CountDownLatch held = new CountDownLatch(1);
    WeftError error = refusal(impatient, budget -> await(held));
    assertThat(error.message()).contains("did not end within 100 ms");
    assertThat(impatient.stuck()).isOne();
    CountDownLatch next = new CountDownLatch(1);
    Future<Boolean> other =
        impatient.run(
            budget -> {
              next.countDown();
              return true;
            },
            () -> false);
    assertThat(await(next)).isTrue();
    held.countDown();
    Eventually.holds(() -> impatient.stuck() == 0 && other.isComplete());
  }

  @Test
  void moreThanMayWaitAreRefused() {
    CountDownLatch held = new CountDownLatch(1);
    List<Future<Boolean>> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(workers.run(budget -> await(held), () -> false));
    }
    assertThat(refusal(budget -> true).reason()).isEqualTo(Reason.OVERLOADED);
    held.countDown();
    assertThat(taken).allSatisfy(job -> assertThat(job.await()).isTrue());
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCallerWhoGaveUpEndsTheWork() {
    AtomicBoolean gone = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Future<Object> job =
        workers.run(
            budget -> {
              begun.countDown();
              while (true) {
                budget.step();
              }
            },
            gone::get);
    await(begun);
    gone.set(true);
    Eventually.holds(job::failed);
    goesOn();
  }

  @Test
  void closingFailsWhatWaitsAndWhatRuns() {
    CountDownLatch held = new CountDownLatch(1);
    Future<Boolean> runs = workers.run(budget -> await(held), () -> false);
    Future<Boolean> waits = workers.run(budget -> true, () -> false);
    workers.close();
    Eventually.holds(() -> runs.failed() && waits.failed());
    held.countDown();
    assertThat(refusal(budget -> true).reason()).isEqualTo(Reason.UNAVAILABLE);
  }
}
