package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of one stub reach the object in the order they were made. */
final class OrderTest {
  private static final int CALLS = 500;

  private final Lab lab = new Lab();
  private final List<Integer> order = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lab.close();
  }

  private static List<Integer> upTo(int calls) {
    return IntStream.range(0, calls).boxed().toList();
  }

  private Future<Integer> numbered(Stub<Lab.Probe> stub, int n, boolean write) {
    return lab.call(
        stub,
        self -> {
          order.add(n);
          return write ? self.add("value", 1) : self.count("value");
        });
  }

  private List<Future<Integer>> calls(Stub<Lab.Probe> stub, boolean write) {
    return new ArrayList<>(upTo(CALLS).stream().map(n -> numbered(stub, n, write)).toList());
  }

  @Test
  void ofAnObjectThatIsNotThere() {
    Future.all(calls(lab.stub("a"), false)).await();
    assertThat(order).isEqualTo(upTo(CALLS));
  }

  @Test
  void ofCallsThatWrite() {
    List<Future<Integer>> calls = calls(lab.stub("a"), true);
    Future.all(calls).await();
    assertThat(order).isEqualTo(upTo(CALLS));
    assertThat(calls.stream().map(Future::result))
        .isEqualTo(IntStream.rangeClosed(1, CALLS).boxed().toList());
  }

  @Test
  void whenTheInstanceIsDroppedAgainAndAgain() {
    Stub<Lab.Probe> stub = lab.stub("a");
    List<Future<Integer>> calls = new ArrayList<>();
    for (int n = 0; n < CALLS; n++) {
      calls.add(numbered(stub, n, true));
      if (n % 20 == 0) {
        lab.bed.objects.inspector().evict(lab.id("a"));
      }
    }
    Future.all(calls).await();
    assertThat(order).isEqualTo(upTo(CALLS));
    assertThat(lab.stored("a", "value")).isEqualTo(CALLS);
  }

  @Test
  void whenTheObjectIsLostUnderWay() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    lab.store.fenceNextCommit();
    List<Future<Integer>> calls = calls(lab.stub("a"), true);
    ObjectBed.until(() -> commits.waiting() == 1 && order.size() == CALLS);
    order.clear();
    commits.open();
    // All of them are made again, none of them twice, in the same order.
    Future.all(calls).await();
    assertThat(order).isEqualTo(upTo(CALLS));
    assertThat(calls.stream().map(Future::result))
        .isEqualTo(IntStream.rangeClosed(1, CALLS).boxed().toList());
  }

  @Test
  void whenTheFirstCannotBeDelivered() {
    lab.store.failNext(Operation.CLAIM, new IllegalStateException("down"));
    lab.store.failNext(Operation.CLAIM, new IllegalStateException("down"));
    Future.all(calls(lab.stub("a"), true)).await();
    assertThat(order).isEqualTo(upTo(CALLS));
  }

  @Test
  void ofAStubWithinAnObject() {
    Stub<Lab.Probe> probes = lab.stub("a");
    List<Long> bodies =
        upTo(CALLS).stream()
            .map(
                n ->
                    lab.number(
                        _ -> {
                          order.add(n);
                          return 0;
                        }))
            .toList();
    lab.call(
            probes,
            self -> {
              Stub<Lab.Probe> other = self.context.objects().stub(Lab.PROBES, "b");
              List<Future<Integer>> calls = new ArrayList<>();
              for (long body : bodies) {
                if (body % 7 == 0) {
                  self.add("value", 1);
                }
                calls.add(
                    other.call(
                        probe -> {
                          probe.run(body);
                          return 0;
                        }));
              }
              return self.context.await(Future.all(calls)).size();
            })
        .await();
    assertThat(order).isEqualTo(upTo(CALLS));
  }
}
