package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(1_200);
  private final List<String> served = new ArrayList<>();

  private ByteBudget.Hold ask(String owner, long bytes) {
    ByteBudget.Hold hold = budget.request(owner);
    assertThat(hold.grow(bytes, () -> served.add(owner + bytes))).isTrue();
    return hold;
  }

  @Test
  void whatIsSmallIsCountedWhileThereIsRoom() {
    assertThat(budget.tryAdd(1_000)).isTrue();
    assertThat(budget.tryAdd(201)).isFalse();
    assertThat(budget.tryAdd(200)).isTrue();
    budget.release(1_200);
    assertThat(budget.held()).isZero();
  }

  @Test
  void requestsLeaveAQuarterToAnswers() {
    ByteBudget.Hold first = ask("a", 400);
    ask("b", 400);
    ask("c", 101);
    assertThat(served).containsExactly("a400", "b400");
    assertThat(budget.answer().tryGrow(400)).isTrue();
    assertThat(budget.answer().tryGrow(1)).isFalse();
    assertThat(budget.waiting()).isEqualTo(1);
    first.release();
    assertThat(served).containsExactly("a400", "b400", "c101");
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void anOwnerHasAThirdOrOneRequestAlone() {
    ByteBudget.Hold alone = ask("a", 700);
    ByteBudget.Hold second = ask("a", 10);
    ask("b", 100);
    assertThat(served).containsExactly("a700", "b100");
    alone.release();
    assertThat(served).containsExactly("a700", "b100", "a10");
    ask("a", 391);
    assertThat(served).hasSize(3);
    second.release();
    assertThat(served).containsExactly("a700", "b100", "a10", "a391");
  }

  @Test
  void aLargeOneIsNotOvertakenForEver() {
    ByteBudget.Hold first = ask("a", 400);
    ByteBudget.Hold second = ask("b", 400);
    ask("c", 300);
    ask("d", 50);
    assertThat(served).containsExactly("a400", "b400");
    first.release();
    assertThat(served).containsExactly("a400", "b400", "c300", "d50");
    second.release();
    assertThat(budget.held()).isEqualTo(350);
  }

  @Test
  void whoGivesUpWaitsNoMoreAndHoldsNothing() {
    ByteBudget.Hold first = ask("a", 900);
    ByteBudget.Hold second = ask("b", 100);
    second.release();
    second.release();
    first.release();
    assertThat(served).containsExactly("a900");
    assertThat(second.tryGrow(1)).isFalse();
    assertThat(budget.held()).isZero();
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void aBodyGrowsAndShrinks() {
    ByteBudget.Hold hold = ask("a", 100);
    assertThat(hold.tryGrow(200)).isTrue();
    hold.shrink(250);
    assertThat(hold.bytes()).isEqualTo(50);
    assertThat(budget.held()).isEqualTo(50);
    hold.release();
    assertThat(budget.held()).isZero();
  }

  @Test
  void oneWaiterTooManyIsRefused() {
    ask("a", 900);
    for (int i = 0; i < 16; i++) {
      ask("b" + i, 100);
    }
    assertThat(budget.request("late").grow(1, () -> {})).isFalse();
  }

  @Test
  void aHigherLimitServesThoseWhoWait() {
    ask("a", 900);
    ask("b", 900);
    budget.limit(2_400);
    assertThat(served).containsExactly("a900", "b900");
  }

  @Test
  void manyThreadsNeverExceedItAndAllAreServed() throws InterruptedException {
    ByteBudget shared = new ByteBudget(10_000);
    AtomicLong most = new AtomicLong();
    AtomicLong inside = new AtomicLong();
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String owner = "owner" + i % 3;
      threads.add(Thread.ofVirtual().start(() -> use(shared, owner, inside, most, done)));
    }
    for (Thread each : threads) {
      each.join(20_000);
    }
    assertThat(done).hasValue(8 * 500);
    assertThat(most.get()).isLessThanOrEqualTo(10_000);
    assertThat(shared.held()).isZero();
    assertThat(shared.waiting()).isZero();
  }

  private static void use(
      ByteBudget shared, String owner, AtomicLong inside, AtomicLong most, AtomicInteger done) {
    for (int i = 0; i < 500; i++) {
      int bytes = ThreadLocalRandom.current().nextInt(1, 4_000);
      if (i % 4 == 0) {
        if (shared.tryAdd(bytes)) {
          most.accumulateAndGet(inside.addAndGet(bytes), Math::max);
          Thread.yield();
          inside.addAndGet(-bytes);
          shared.release(bytes);
        }
      } else {
        ByteBudget.Hold hold = shared.request(owner);
        java.util.concurrent.CountDownLatch taken = new java.util.concurrent.CountDownLatch(1);
        hold.grow(bytes, taken::countDown);
        try {
          if (!taken.await(15, java.util.concurrent.TimeUnit.SECONDS)) {
            return;
          }
        } catch (InterruptedException e) {
          return;
        }
        most.accumulateAndGet(inside.addAndGet(bytes), Math::max);
        Thread.yield();
        inside.addAndGet(-bytes);
        hold.release();
      }
      done.incrementAndGet();
    }
  }
}
