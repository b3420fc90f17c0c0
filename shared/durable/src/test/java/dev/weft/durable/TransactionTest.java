package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.Key;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transaction that throws has changed nothing; while it runs nobody else does. */
final class TransactionTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private static void fail(Storage storage, Runnable body) {
    assertThatThrownBy(
            () ->
                storage.transaction(
                    () -> {
                      body.run();
                      throw new IOException("no");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no");
  }

  @Test
  void whatItWroteIsUndoneAndNothingElse() {
    lab.fill("a");
    lab.run(
        "a",
        self -> {
          self.storage.put("before", 1);
          self.storage.put("changed", 1);
          fail(
              self.storage,
              () -> {
                self.storage.put("changed", 2);
                self.storage.put("new", 1);
                self.storage.put("fill001", 99);
                self.storage.put("fill299", 99);
                self.storage.delete("fill298");
                assertThat(self.count("changed")).isEqualTo(2);
              });
          self.storage.put("after", 1);
          assertThat(self.count("changed")).isEqualTo(1);
          assertThat(self.count("new")).isZero();
          return 0;
        });
    for (int i = 0; i < 2; i++) {
      lab.run(
          "a",
          self -> {
            assertThat(self.count("before")).isEqualTo(1);
            assertThat(self.count("changed")).isEqualTo(1);
            assertThat(self.count("new")).isZero();
            assertThat(self.count("after")).isEqualTo(1);
            assertThat(self.count("fill001")).isEqualTo(1);
            assertThat(self.count("fill299")).isEqualTo(299);
            assertThat(self.count("fill298")).isEqualTo(298);
            return 0;
          });
      lab.evict("a");
    }
  }

  @Test
  void deleteAllAndAlarmsAreUndoneToo() {
    lab.fill("a");
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set("kept", Duration.ofDays(1));
          fail(
              self.storage,
              () -> {
                self.storage.deleteAll();
                self.storage.alarms().set("new", Duration.ofDays(1));
                self.storage.put("new", 1);
              });
          assertThat(self.storage.alarms().list()).containsOnlyKeys("kept");
          fail(self.storage, () -> self.storage.alarms().delete("kept"));
          assertThat(self.storage.list(Integer.class)).hasSize(Lab.MANY);
          return 0;
        });
    lab.evict("a");
    lab.run(
        "a",
        self -> {
          assertThat(self.storage.alarms().list()).containsOnlyKeys("kept");
          assertThat(self.storage.list(Integer.class)).hasSize(Lab.MANY);
          return 0;
        });
  }

  @Test
  void anInnerOneThatThrowsLeavesTheOuterOne() {
    lab.run(
        "a",
        self ->
            self.storage.transaction(
                () -> {
                  self.storage.put("outer", 1);
                  self.storage.put("both", 1);
                  fail(
                      self.storage,
                      () -> {
                        self.storage.put("inner", 1);
                        self.storage.put("both", 2);
                      });
                  self.storage.transaction(() -> self.storage.put("second", 1));
                  return 0;
                }));
    assertThat(lab.stored("a", "outer")).isEqualTo(1);
    assertThat(lab.count("a", "both")).isEqualTo(1);
    assertThat(lab.count("a", "inner")).isZero();
    assertThat(lab.count("a", "second")).isEqualTo(1);
  }

  @Test
  void anOuterOneThatThrowsUndoesTheInnerOne() {
    lab.run(
        "a",
        self -> {
          fail(self.storage, () -> self.storage.transaction(() -> self.storage.put("inner", 1)));
          return 0;
        });
    assertThat(lab.count("a", "inner")).isZero();
  }

  @Test
  void whatItThrowsIsWhatItsCallerHasToHandle() {
    lab.run(
        "a",
        self -> {
          try {
            self.storage.transaction(
                () -> {
                  self.storage.put("value", 1);
                  throw new IOException("no");
                });
          } catch (IOException e) {
            self.storage.transaction(() -> self.storage.put("handled", 1));
          }
          return uncheckedOnly(self.storage);
        });
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.count("a", "handled")).isEqualTo(1);
  }

  /** Declares nothing, so it would not compile if a transaction always threw something checked. */
  private static int uncheckedOnly(Storage storage) {
    try {
      storage.transaction(
          () -> {
            throw new IllegalStateException("no");
          });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("no");
    }
    return storage.transaction(() -> 1);
  }

  @Test
  void itKeepsTheObjectToItselfWhateverItWaitsFor() {
    Promise<Integer> outside = Promise.promise();
    Stub<Lab.Probe> stub = lab.stub("a");
    Lab.Body<Integer> increment =
        self ->
            self.storage.transaction(
                () -> {
                  lab.seen.add("transaction");
                  int value = self.count("value");
                  self.context.await(outside.future());
                  self.storage.put("value", value + 1);
                  return 0;
                });
    Future<Integer> first = lab.call(stub, increment);
    Future<Integer> second = lab.call(stub, increment);
    Future<Integer> ping = lab.call(stub, _ -> 1);
    ObjectBed.until(() -> lab.seen.all().size() == 1);
    lab.ping("other");
    assertThat(ping.isComplete()).isFalse();
    assertThat(lab.seen.all()).hasSize(1);
    outside.complete(1);
    Future.all(first, second, ping).await();
    assertThat(lab.stored("a", "value")).isEqualTo(2);
  }

  @Test
  void nothingOfItIsCommittedBeforeItEnds() {
    Promise<Integer> outside = Promise.promise();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.storage.put("before", 1);
              return self.storage.transaction(
                  () -> {
                    self.storage.put("within", 1);
                    self.context.await(outside.future());
                    self.storage.put("later", 1);
                    return 0;
                  });
            });
    ObjectBed.until(() -> lab.commits("a") == 1);
    outside.complete(1);
    call.await();
    List<Commit> commits = lab.store.batches().stream().flatMap(List::stream).toList();
    assertThat(commits.get(0).writes().entries()).containsOnlyKeys(Key.of("before"));
    assertThat(commits.get(1).writes().entries())
        .containsOnlyKeys(Key.of("later"), Key.of("within"));
  }
}
