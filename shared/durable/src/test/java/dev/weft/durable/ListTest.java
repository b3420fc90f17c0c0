package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of keys, of an object that is in memory and of one that is not. */
final class ListTest {
  private static final List<String> KEYS =
      List.of("a", "b", "b\0x", "ba", "bb", "bc", "c", "\uFFFD", "\uD800\uDC00");

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /** Stores the keys, the last four of them not committed yet when the test looks. */
  private void check(boolean large, Lab.Body<?> test) {
    if (large) {
      lab.fill("o");
    }
    lab.run(
        "o",
        self -> {
          KEYS.subList(0, 5).forEach(key -> self.storage.put(key, 1));
          self.storage.put("bx", 1);
          return 0;
        });
    if (large) {
      lab.evict("o");
    }
    lab.call(
            "o",
            self -> {
              KEYS.subList(5, KEYS.size()).forEach(key -> self.storage.put(key, 1));
              self.storage.delete("bx");
              // Only what the test is about.
              return test.run(self);
            })
        .await();
  }

  private static List<String> keys(Lab.ProbeObject self, ListOptions range) {
    List<String> keys = self.storage.keys(range);
    assertThat(self.storage.list(range, Integer.class).sequencedKeySet())
        .containsExactlyElementsOf(keys);
    return keys;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOrderIsThatOfUtf8(boolean large) {
    List<String> sorted =
        KEYS.stream()
            .sorted(
                (one, other) ->
                    Arrays.compareUnsigned(
                        one.getBytes(StandardCharsets.UTF_8),
                        other.getBytes(StandardCharsets.UTF_8)))
            .toList();
    assertThat(sorted).isEqualTo(KEYS);
    check(
        large,
        self -> {
          List<String> all = keys(self, ListOptions.all());
          assertThat(all.stream().filter(key -> !key.startsWith("fill"))).isEqualTo(KEYS);
          List<String> back = keys(self, ListOptions.all().reversed());
          assertThat(back).isEqualTo(all.reversed());
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void startIsWithinAndEndIsBeyondAlsoInReverse(boolean large) {
    check(
        large,
        self -> {
          ListOptions range = ListOptions.all().from("b").before("bc");
          assertThat(keys(self, range)).containsExactly("b", "b\0x", "ba", "bb");
          assertThat(keys(self, range.reversed())).containsExactly("bb", "ba", "b\0x", "b");
          assertThat(keys(self, ListOptions.all().after("b").before("bb")))
              .containsExactly("b\0x", "ba");
          assertThat(keys(self, ListOptions.all().from("bab").before("bc"))).containsExactly("bb");
          assertThat(keys(self, ListOptions.all().from("c").before("b"))).isEmpty();
          assertThat(keys(self, ListOptions.all().from("b").before("b"))).isEmpty();
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void prefixAndLimitNarrow(boolean large) {
    check(
        large,
        self -> {
          ListOptions b = ListOptions.prefix("b");
          assertThat(keys(self, b)).containsExactly("b", "b\0x", "ba", "bb", "bc");
          assertThat(keys(self, b.reversed().limit(2))).containsExactly("bc", "bb");
          assertThat(keys(self, b.limit(2))).containsExactly("b", "b\0x");
          assertThat(keys(self, b.from("ba").before("bc"))).containsExactly("ba", "bb");
          assertThat(keys(self, b.after("bc"))).isEmpty();
          assertThat(keys(self, b.from("a").before("z").limit(1))).containsExactly("b");
          assertThat(keys(self, ListOptions.prefix("\uD800\uDC00"))).hasSize(1);
          assertThat(keys(self, ListOptions.prefix("x"))).isEmpty();
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasDeletedDoesNotCountTowardsTheLimit(boolean large) {
    check(
        large,
        self -> {
          self.storage.delete(List.of("b", "b\0x", "bb"));
          assertThat(keys(self, ListOptions.prefix("b").limit(2))).containsExactly("ba", "bc");
          assertThat(keys(self, ListOptions.prefix("b").reversed().limit(1))).containsExactly("bc");
          self.storage.put("b", 2);
          assertThat(self.storage.list(ListOptions.prefix("b").limit(1), Integer.class))
              .containsEntry("b", 2);
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 999, 1_000, 1_001, 2_500})
  void longListsAreReadInPages(int limit) {
    lab.run(
        "o",
        self -> {
          IntStream.range(0, 2_500).forEach(i -> self.storage.put("key%04d".formatted(i), i));
          return 0;
        });
    lab.evict("o");
    lab.run(
        "o",
        self -> {
          ListOptions range = ListOptions.prefix("key").limit(limit);
          Comparator<String> reverse = Comparator.reverseOrder();
          assertThat(self.storage.list(range, Integer.class).values())
              .containsExactlyElementsOf(IntStream.range(0, limit).boxed().toList());
          assertThat(keys(self, range.reversed())).hasSize(limit).isSortedAccordingTo(reverse);
          assertThat(self.storage.list(range.reversed(), Integer.class).values())
              .containsExactlyElementsOf(
                  IntStream.range(0, limit).mapToObj(i -> 2_499 - i).toList());
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keysAreListedWhateverTheirValuesAre(boolean large) {
    check(
        large,
        self -> {
          self.storage.put("b", new byte[] {1});
          self.storage.put("ba", "text");
          assertThat(self.storage.keys(ListOptions.prefix("b").reversed()))
              .containsExactly("bc", "bb", "ba", "b\0x", "b");
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void aLimitIsAtLeastOne(int limit) {
    assertThatThrownBy(() -> ListOptions.all().limit(limit))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ListOptions.all().from("a").after("b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
