package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.MemoryObjectStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An object is called, keeps what it wrote, and is made again after it was evicted. */
final class BasicsTest {

  interface Counter {
    long add(long n);

    @Idempotent
    long value();
  }

  static final Namespace<Counter> COUNTERS = Namespace.of("counter", Counter.class).asOpen();

  static final class CounterObject implements Counter {
    private final Storage storage;

    CounterObject(ObjectContext context) {
      storage = context.storage();
    }

    @Override
    public long add(long n) {
      long value = value() + n;
      storage.put("value", value);
      return value;
    }

    @Override
    public long value() {
      return storage.get("value", Long.class, 0L);
    }
  }

  private final ObjectBed bed = new ObjectBed(new MemoryObjectStore());

  @BeforeEach
  void host() {
    bed.host(ObjectClass.of(COUNTERS, CounterObject::new));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void aCounterCounts() {
    Counter counter = bed.objects.get(COUNTERS, "a");
    assertThat(counter.add(2)).isEqualTo(2);
    assertThat(counter.add(3)).isEqualTo(5);
    assertThat(counter.value()).isEqualTo(5);
    assertThat(bed.objects.get(COUNTERS, "b").value()).isZero();
    assertThat(bed.objects.get(COUNTERS, bed.objects.idFromName(COUNTERS, "a")).value())
        .isEqualTo(5);
  }

  @Test
  void aCallWhoseResultDoesNotMatterIsMadeLikeAnyOther() {
    Stub<Counter> stub = bed.objects.stub(COUNTERS, "a");
    Future<Void> done = stub.run(counter -> counter.add(3));
    assertThat(done.await()).isNull();
    assertThat(stub.object().value()).isEqualTo(3);
    assertThatThrownBy(() -> stub.run(_ -> {})).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                stub.run(
                    counter -> {
                      counter.add(1);
                      counter.add(1);
                    }))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void callsOfOneStubAreAnsweredInOrder() {
    Stub<Counter> stub = bed.objects.stub(COUNTERS, "a");
    List<Future<Long>> calls =
        IntStream.range(0, 500).mapToObj(_ -> stub.call(c -> c.add(1))).toList();
    Future.all(calls).await();
    assertThat(calls.stream().map(Future::result))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 500).mapToObj(i -> (long) i).toList());
  }

  @Test
  void whatWasWrittenIsThereAfterEviction() {
    Counter counter = bed.objects.get(COUNTERS, "a");
    counter.add(7);
    ObjectId id = bed.objects.idFromName(COUNTERS, "a");
    ObjectBed.until(() -> bed.objects.inspector().evict(id).await());
    ObjectBed.until(() -> !bed.host.has(id));
    assertThat(counter.add(1)).isEqualTo(8);
    assertThat(bed.objects.inspector().inspect(id).await().epochs()).hasSize(2);
  }
}
