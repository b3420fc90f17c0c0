package dev.weft.rag.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.postgres.Transactions;
import dev.weft.rag.RagService;
import dev.weft.rag.index.ChangeFeed.Change;
import dev.weft.testkit.node.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order in which changes become visible. */
class ChangeLogIT {

  private TestNode node;
  private Pool pool;
  private DatabaseChanges changes;

  @BeforeEach
  void start() {
    node = TestNode.start(new RagService());
    pool = node.context().database();
    changes = new DatabaseChanges(pool);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private List<Long> visible() {
    return changes.after(0).stream().map(Change::sequence).toList();
  }

  /** Appends on a thread of its own, since it may have to wait. */
  private static Future<Long> appendLater(SqlConnection connection, long document) {
    Promise<Long> done = Promise.promise();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                done.complete(ChangeLog.append(connection, 1, document, 0, 0));
              } catch (RuntimeException e) {
                done.fail(e);
              }
            });
    return done.future();
  }

  private void untilSomebodyWaitsForALock() {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (pool.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            .execute()
            .await()
            .size()
        == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void aLaterNumberIsNotVisibleBeforeAnEarlierOne() {
    SqlConnection slow = pool.getConnection().await();
    SqlConnection fast = pool.getConnection().await();
    Transaction slowTransaction = slow.begin().await();
    Transaction fastTransaction = fast.begin().await();
    long first = ChangeLog.append(slow, 1, 10, 0, 0);
    Future<Long> second = appendLater(fast, 11);
    // The fast one would commit now if it could, and a follower would never see the slow one's.
    untilSomebodyWaitsForALock();
    assertThat(second.isComplete()).isFalse();
    assertThat(visible()).isEmpty();
    slowTransaction.commit().await();
    assertThat(second.await()).isEqualTo(first + 1);
    assertThat(visible()).containsExactly(first);
    fastTransaction.commit().await();
    assertThat(visible()).containsExactly(first, first + 1);
    slow.close();
    fast.close();
  }

  @Test
  void aNumberThatWasRolledBackIsUsedAgain() {
    SqlConnection connection = pool.getConnection().await();
    Transaction transaction = connection.begin().await();
    long first = ChangeLog.append(connection, 1, 10, 0, 0);
    transaction.rollback().await();
    connection.close();
    assertThat(append(11)).isEqualTo(first);
    assertThat(visible()).containsExactly(first);
  }

  private long append(long document) {
    return Transactions.run(pool, connection -> ChangeLog.append(connection, 1, document, 0, 0));
  }

  @Test
  void theLatestChangeOfADocumentStandsForThoseBefore() {
    append(10);
    append(11);
    long third = append(10);
    assertThat(visible()).containsExactly(third - 1, third);
    assertThat(changes.latest().sequence()).isEqualTo(third);
  }

  @Test
  void aFollowerAmongWritersMissesNothing() throws InterruptedException {
    int writers = 6;
    int each = 60;
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      int writer = w;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    Random random = new Random(writer);
                    for (int i = 0; i < each; i++) {
                      long document = 1 + writer * 1_000L + i;
                      String pause = "SELECT pg_sleep(" + random.nextInt(3) / 1000.0 + ")";
                      Transactions.run(
                          pool,
                          connection -> {
                            long sequence = ChangeLog.append(connection, 1, document, 0, 0);
                            connection.query(pause).execute().await();
                            return sequence;
                          });
                    }
                  }));
    }
    List<Long> seen = new ArrayList<>();
    Thread follower =
        Thread.ofPlatform()
            .start(
                () -> {
                  boolean last;
                  do {
                    last = done.get();
                    long after = seen.isEmpty() ? 0 : seen.getLast();
                    changes.after(after).forEach(change -> seen.add(change.sequence()));
                  } while (!last);
                });
    for (Thread thread : threads) {
      thread.join();
    }
    done.set(true);
    follower.join();
    assertThat(seen).hasSize(writers * each).isSorted().doesNotHaveDuplicates();
  }
}
