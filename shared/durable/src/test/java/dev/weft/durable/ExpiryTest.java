package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.store.Commit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys and objects that expire. */
class ExpiryTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private List<String> keys(String name) {
    return lab.run(name, self -> self.storage.keys(ListOptions.all()));
  }

  private int put(String name, String key, Duration timeToLive) {
    return lab.run(
        name,
        self -> {
          self.storage.put(key, 1, timeToLive);
          return 0;
        });
  }

  @Test
  void anExpiredKeyIsNotThereWhateverAsks() {
    put("a", "goes", MINUTE);
    lab.run("a", self -> self.add("stays", 1));
    lab.advance(MINUTE.minusMillis(1));
    assertThat(lab.count("a", "goes")).isEqualTo(1);
    lab.advance(Duration.ofMillis(1));
    assertThat(lab.count("a", "goes")).isZero();
    assertThat(keys("a")).containsExactly("stays");
    lab.run(
        "a",
        self -> {
          assertThat(self.storage.delete("goes")).isFalse();
          assertThat(self.storage.delete(List.of("goes", "stays"))).isEqualTo(1);
          assertThat(self.storage.list(Integer.class)).isEmpty();
          assertThat(self.storage.get(List.of("goes"), Integer.class)).isEmpty();
          return 0;
        });
    assertThat(lab.stored("a", "goes")).isZero();
  }

  @Test
  void aKeyOfALargeObjectExpiresToo() {
    lab.fill("a");
    put("a", "goes", MINUTE);
    put("a", "zzz", MINUTE);
    lab.evict("a");
    assertThat(lab.count("a", "goes")).isEqualTo(1);
    assertThat(lab.count("a", "zzz")).isEqualTo(1);
    lab.advance(MINUTE);
    assertThat(lab.count("a", "zzz")).isZero();
    assertThat(keys("a")).hasSize(Lab.MANY);
    lab.evict("a");
    assertThat(lab.count("a", "goes")).isZero();
    assertThat(keys("a")).hasSize(Lab.MANY);
  }

  @Test
  void theLastSettingOfAKeyCounts() {
    put("a", "stays", MINUTE);
    lab.run("a", self -> self.add("stays", 1));
    lab.run("a", self -> self.add("goes", 1));
    put("a", "goes", MINUTE);
    put("a", "later", MINUTE);
    put("a", "later", MINUTE.multipliedBy(3));
    lab.advance(MINUTE);
    assertThat(keys("a")).containsExactly("later", "stays");
    lab.evict("a");
    assertThat(keys("a")).containsExactly("later", "stays");
  }

  @Test
  void aTransactionThatThrowsGivesAKeyItsTimeBack() {
    put("a", "goes", MINUTE);
    lab.run("a", self -> self.add("stays", 1));
    lab.run(
        "a",
        self -> {
          assertThatThrownBy(
                  () ->
                      self.storage.transaction(
                          () -> {
                            self.storage.put("goes", 2);
                            self.storage.put("stays", 2, MINUTE);
                            self.storage.deleteAll();
                            self.storage.put("other", 2, MINUTE);
                            throw new IllegalStateException("no");
                          }))
              .hasMessage("no");
          return 0;
        });
    lab.advance(MINUTE);
    assertThat(keys("a")).containsExactly("stays");
    lab.evict("a");
    assertThat(keys("a")).containsExactly("stays");
  }

  @Test
  void aKeyThatExpiresWithinATransactionDoesNotComeBackWithIt() {
    lab.run("a", self -> self.add("key", 7));
    lab.run(
        "a",
        self -> {
          assertThatThrownBy(
                  () ->
                      self.storage.transaction(
                          () -> {
                            self.storage.put("key", 8, MINUTE);
                            lab.advance(MINUTE);
                            assertThat(self.count("key")).isZero();
                            throw new IllegalStateException("no");
                          }))
              .hasMessage("no");
          assertThat(self.count("key")).isEqualTo(7);
          return 0;
        });
  }

  @Test
  void anExpiredObjectIsDeletedAndTheNextCallMakesItAnew() {
    lab.run(
        "a",
        self -> {
          self.add("n", 5);
          self.context.expireAfter(MINUTE);
          return 0;
        });
    lab.advance(MINUTE.minusMillis(1));
    assertThat(lab.count("a", "n")).isEqualTo(5);
    lab.advance(Duration.ofMillis(1));
    ObjectBed.until(() -> lab.store.find(lab.id("a")).result().isEmpty());
    assertThat(lab.count("a", "n")).isZero();
  }

  @Test
  void aTurnThatRunsWhenItsObjectExpiresIsResetAndSaysSo() {
    lab.run(
        "a",
        self -> {
          self.context.expireAfter(MINUTE);
          return 0;
        });
    var call =
        lab.call(
            "a",
            self -> {
              self.storage.put("n", 1);
              // From here on it has had an effect, so that nobody makes the call again.
              self.storage.sync();
              lab.advance(MINUTE);
              ObjectBed.until(() -> lab.store.find(lab.id("a")).result().isEmpty());
              return 0;
            });
    assertThat(ObjectBed.errorOf(call).code()).isEqualTo("object:reset.unavailable");
    assertThat(lab.count("a", "n")).isZero();
  }

  @Test
  void anObjectLivesAsLongAsItWasLastSaid() {
    for (String name : List.of("prolonged", "kept", "witness")) {
      lab.run(
          name,
          self -> {
            self.add("n", 1);
            self.context.expireAfter(MINUTE);
            return 0;
          });
    }
    lab.run(
        "prolonged",
        self -> {
          self.context.expireAt(Instant.ofEpochMilli(lab.store.millis()).plus(Duration.ofDays(1)));
          return 0;
        });
    lab.run(
        "kept",
        self -> {
          self.context.expireNever();
          return 0;
        });
    lab.advance(Duration.ofHours(1));
    ObjectBed.until(() -> lab.store.find(lab.id("witness")).result().isEmpty());
    assertThat(lab.count("prolonged", "n")).isEqualTo(1);
    assertThat(lab.count("kept", "n")).isEqualTo(1);
    lab.advance(Duration.ofDays(1));
    ObjectBed.until(() -> lab.store.find(lab.id("prolonged")).result().isEmpty());
    assertThat(lab.count("kept", "n")).isEqualTo(1);
  }

  @Test
  void anExpiryIsPartOfTheCommitOfItsTurn() {
    lab.run(
        "a",
        self -> {
          self.storage.put("n", 1, MINUTE);
          self.context.expireAfter(MINUTE);
          return 0;
        });
    List<Commit> commits = lab.store.batches().stream().flatMap(List::stream).toList();
    assertThat(commits).hasSize(1);
    long due = lab.store.millis() + MINUTE.toMillis();
    assertThat(commits.getFirst().writes().expiresMillis()).isEqualTo(due);
    assertThat(commits.getFirst().writes().expiries().values()).containsExactly(due);
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    lab.run(
        "a",
        self -> {
          for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1))) {
            assertThatThrownBy(() -> self.storage.put("k", 1, bad))
                .isInstanceOf(WeftException.class)
                .hasMessageContaining("expires");
            assertThatThrownBy(() -> self.context.expireAfter(bad))
                .isInstanceOf(WeftException.class);
          }
          assertThatThrownBy(() -> self.storage.put("k", 1, Duration.ofSeconds(Long.MAX_VALUE)))
              .isInstanceOf(WeftException.class);
          assertThatThrownBy(() -> self.context.expireAt(Instant.MAX))
              .isInstanceOf(WeftException.class);
          return 0;
        });
  }
}
