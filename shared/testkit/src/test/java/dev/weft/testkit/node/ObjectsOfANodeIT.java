package dev.weft.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Storage;
import org.junit.jupiter.api.Test;

/** A service that hosts objects, in a node over PostgreSQL. */
class ObjectsOfANodeIT {

  interface Counter {
    long add(long n);

    @Idempotent
    long value();
  }

  private static final Namespace<Counter> COUNTERS =
      Namespace.of("counter", Counter.class).asOpen();

  private static final class CounterObject implements Counter {
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

  @Test
  void anObjectOutlivesItsNode() {
    TestNode first =
        TestNode.start(HostingService.of("counting", ObjectClass.of(COUNTERS, CounterObject::new)));
    assertThat(counter(first).add(2)).isEqualTo(2);
    assertThat(counter(first).add(3)).isEqualTo(5);
    try (TestNode second =
        first.restart(
            HostingService.of("counting", ObjectClass.of(COUNTERS, CounterObject::new)))) {
      assertThat(counter(second).value()).isEqualTo(5);
      DurableObjects objects = second.context().objects();
      var id = objects.idFromName(COUNTERS, "visits");
      var details = objects.inspector().inspect(id).await();
      assertThat(details.epochs()).hasSize(2);
      assertThat(details.summary().name()).isEqualTo("visits");
      assertThat(details.keys()).extracting(key -> key.key()).containsExactly("value");
    }
  }

  private static Counter counter(TestNode node) {
    return node.context().objects().get(COUNTERS, "visits");
  }
}
