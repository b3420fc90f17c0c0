package dev.weft.durable.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.instance.Commits;
import dev.weft.durable.internal.node.Backlog;
import dev.weft.durable.internal.node.Batcher;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.turn.TurnQueue;
import dev.weft.durable.internal.turn.WriteBuffer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said to be thread-safe, used by several threads at once. */
@Timeout(30)
final class ThreadsTest {
  private static final int THREADS = 4;
  private static final int EACH = 5_000;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(broken).isEmpty();
  }

  private void check(boolean holds, String rule) {
    if (!holds) {
      broken.add(rule);
    }
  }

  private void inAllThreads(Runnable body) throws Exception {
    List<? extends java.util.concurrent.Future<?>> all =
        IntStream.range(0, THREADS).mapToObj(_ -> threads.submit(body)).toList();
    for (java.util.concurrent.Future<?> each : all) {
      each.get();
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + 15_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aTurnQueueHasOneHolderAndForgetsNoEvent() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    ExecutorService runners = Executors.newFixedThreadPool(THREADS);
    var queue =
        new Object() {
          final TurnQueue<Integer, Integer> turns =
              new TurnQueue<>(
                  new TurnQueue.Runner<>() {
                    @Override
                    public void start(Integer event) {
                      runners.execute(() -> run(event));
                    }

                    @Override
                    public void resume(Integer turn) {
                      runners.execute(() -> goOn(turn));
                    }
                  },
                  Integer.MAX_VALUE,
                  Long.MAX_VALUE);

          void run(Integer event) {
            check(holders.incrementAndGet() == 1, "one holder when an event begins");
            holders.decrementAndGet();
            if (event % 3 == 0) {
              turns.release();
              if (turns.reacquire(event)) {
                goOn(event);
              }
            } else {
              end();
            }
          }

          void goOn(Integer turn) {
            check(holders.incrementAndGet() == 1, "one holder when a turn goes on");
            check(turns.enterCritical(turn, 8), "a critical section may begin");
            turns.leaveCritical();
            holders.decrementAndGet();
            end();
          }

          void end() {
            ended.incrementAndGet();
            Integer next = turns.finish();
            if (next != null) {
              runners.execute(() -> run(next));
            }
          }
        };
    queue.turns.open();
    AtomicInteger number = new AtomicInteger();
    inAllThreads(
        () -> {
          for (int i = 0; i < EACH; i++) {
            queue.turns.offer(number.incrementAndGet(), 1);
          }
        });
    until(() -> ended.get() == THREADS * EACH && queue.turns.isIdle());
    runners.shutdown();
    assertThat(ended.get()).isEqualTo(THREADS * EACH);
    assertThat(queue.turns.isIdle()).isTrue();
  }

  @Test
  void aBatcherHasOneFlightAndForgetsNoItem() throws Exception {
    AtomicBoolean flying = new AtomicBoolean();
    AtomicInteger landed = new AtomicInteger();
    Batcher<Integer> batcher =
        new Batcher<>(
            8,
            batch -> {
              check(flying.compareAndSet(false, true), "one flight at a time");
              Promise<Void> promise = Promise.promise();
              Runnable land =
                  () -> {
                    landed.addAndGet(batch.size());
                    flying.set(false);
                    promise.complete();
                  };
              if (batch.size() % 2 == 0) {
                land.run();
                return Future.succeededFuture();
              }
              Thread.ofVirtual().start(land);
              return promise.future();
            });
    inAllThreads(
        () -> {
          for (int i = 0; i < EACH; i++) {
            batcher.add(i);
          }
        });
    until(() -> landed.get() == THREADS * EACH);
    assertThat(landed.get()).isEqualTo(THREADS * EACH);
  }

  @Test
  void whatWaitsForCommitsLeavesInOrderAndNotBefore() throws Exception {
    OutputGate gate = new OutputGate();
    Commits commits = new Commits(gate, Backlog.ofHeap(), 4_096, 1, 0);
    ObjectId id = new ObjectId("t", new byte[ObjectId.BYTES], null);
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger left = new AtomicInteger();
    AtomicInteger lastLeft = new AtomicInteger();
    Object holder = new Object();
    int total = THREADS * EACH;
    inAllThreads(
        () -> {
          for (int i = 0; i < EACH; i++) {
            synchronized (holder) {
              WriteBuffer written = new WriteBuffer();
              written.put(Key.of("k"), new byte[1]);
              long version = commits.seal(written);
              gate.pass(
                  version,
                  new OutputGate.Exit() {
                    @Override
                    public void leave(boolean waited) {
                      check(gate.durable() >= version, "what leaves is durable");
                      check(lastLeft.getAndSet((int) version) < version, "what leaves is in order");
                      left.incrementAndGet();
                    }

                    @Override
                    public void lost(Loss loss) {
                      check(false, "nothing is lost");
                    }
                  });
            }
            Commit commit = commits.take(id, List::of);
            if (commit != null) {
              check(sent.getAndIncrement() == commit.seq(), "one commit on its way");
              commits.committed();
            }
          }
        });
    while (commits.hasMore() && commits.take(id, List::of) != null) {
      commits.committed();
    }
    assertThat(left.get()).isEqualTo(total);
    assertThat(gate.held()).isZero();
    assertThat(commits.isClean()).isTrue();
  }
}
