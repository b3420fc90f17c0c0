package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.store.FaultyStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** While a turn waits for storage nothing else enters the object; elsewhere it gives way. */
final class InputGateTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private static List<String> startsAndEnds(int calls) {
    return IntStream.range(0, calls)
        .boxed()
        .flatMap(n -> Stream.of(n + ":start", n + ":end"))
        .toList();
  }

  private List<Future<Integer>> calls(int count, NumberedBody body) {
    List<Future<Integer>> calls = new ArrayList<>();
    Stub<Lab.Probe> stub = lab.stub("a");
    for (int i = 0; i < count; i++) {
      int n = i;
      calls.add(
          lab.call(
              stub,
              self -> {
                lab.seen.add(n + ":start");
                int result = body.run(self, n);
                lab.seen.add(n + ":end");
                return result;
              }));
    }
    return calls;
  }

  private interface NumberedBody {
    int run(Lab.ProbeObject self, int n) throws Exception;
  }

  @Test
  void readsAndWritesWithReadsInBetweenLoseNothing() throws Exception {
    lab.fill("a");
    List<Integer> replies;
    try (AutoCloseable _ = lab.slowReads()) {
      List<Future<Integer>> calls =
          calls(
              20,
              (self, n) -> {
                int value = self.count("value");
                assertThat(self.storage.get("fill29" + n % 10, Integer.class)).isPresent();
                assertThat(self.storage.list(ListOptions.prefix("fill"), Integer.class))
                    .hasSize(Lab.MANY);
                self.storage.put("value", value + 1);
                return value + 1;
              });
      Future.all(calls).await();
      replies = calls.stream().map(Future::result).toList();
    }
    assertThat(replies).containsExactlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
    assertThat(lab.seen.all()).containsExactlyElementsOf(startsAndEnds(20));
    assertThat(lab.stored("a", "value")).isEqualTo(20);
  }

  @Test
  void whileTheStoreIsSilentNobodyEnters() {
    lab.fill("a");
    lab.ping("a");
    FaultyStore.Gate reads = lab.store.hold(FaultyStore.Operation.READ);
    List<Future<Integer>> calls = calls(2, (self, n) -> n == 0 ? self.count("zero") : 7);
    ObjectBed.until(() -> reads.waiting() == 1);
    lab.ping("other");
    assertThat(lab.seen.all()).containsExactly("0:start");
    reads.open();
    assertThat(calls.get(1).await()).isEqualTo(7);
    assertThat(lab.seen.all()).containsExactlyElementsOf(startsAndEnds(2));
  }

  @Test
  void severalKeysAreOneRead() {
    lab.fill("a");
    lab.ping("a");
    FaultyStore.Gate reads = lab.store.hold(FaultyStore.Operation.READ);
    Future<Map<String, Integer>> call =
        lab.call("a", self -> self.storage.get(List.of("fill298", "fill299", "no"), Integer.class));
    ObjectBed.until(() -> reads.waiting() == 1);
    reads.open();
    assertThat(call.await()).containsExactly(Map.entry("fill298", 298), Map.entry("fill299", 299));
  }

  @Test
  void waitingOutsideLetsOthersIn() {
    Promise<Integer> outside = Promise.promise();
    List<Future<Integer>> calls =
        calls(
            3,
            (self, _) -> {
              int value = self.count("value");
              self.context.await(outside.future());
              self.storage.put("value", value + 1);
              return value + 1;
            });
    ObjectBed.until(() -> lab.seen.all().size() == 3);
    outside.complete(1);
    Future.all(calls).await();
    assertThat(lab.seen.all().subList(0, 3)).containsExactly("0:start", "1:start", "2:start");
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void syncLetsOthersInToo() {
    FaultyStore.Gate commits = lab.store.hold(FaultyStore.Operation.COMMIT);
    List<Future<Integer>> calls =
        calls(
            20,
            (self, n) -> {
              int value = self.count("value");
              self.storage.put("call" + n, n);
              self.storage.sync();
              self.storage.put("value", value + 1);
              return value + 1;
            });
    ObjectBed.until(() -> lab.seen.all().size() == 20);
    commits.open();
    Future.all(calls).await();
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void whatIsThereAlreadyIsNoWait() {
    List<Future<Integer>> calls =
        calls(
            3,
            (self, _) -> {
              int value = self.count("value");
              for (int i = 0; i < 1_000; i++) {
                self.context.await(Future.succeededFuture(i));
              }
              self.storage.put("value", value + 1);
              return value + 1;
            });
    Future.all(calls).await();
    assertThat(lab.seen.all()).containsExactlyElementsOf(startsAndEnds(3));
    assertThat(lab.stored("a", "value")).isEqualTo(3);
  }

  @Test
  void blockingIsNoWaitEither() {
    CountDownLatch latch = new CountDownLatch(1);
    List<Future<Integer>> calls =
        calls(
            2,
            (_, n) -> {
              if (n == 0) {
                latch.await();
              }
              return n;
            });
    ObjectBed.until(() -> lab.seen.all().size() == 1);
    lab.ping("other");
    latch.countDown();
    Future.all(calls).await();
    assertThat(lab.seen.all()).containsExactlyElementsOf(startsAndEnds(2));
  }
}
