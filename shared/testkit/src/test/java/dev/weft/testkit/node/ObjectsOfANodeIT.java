package dev.weft.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Storage;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
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

  private static final class CounterService implements Service {
    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of("counting", 8009, 5709, "/counting/health").hosting(COUNTERS);
    }

    @Override
    public Needs needs() {
      return Needs.OBJECTS;
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      return List.of(
          Deployment.onVirtualThreads(
              () ->
                  new VerticleBase() {
                    @Override
                    public Future<?> start() {
                      return node.objects().host(ObjectClass.of(COUNTERS, CounterObject::new));
                    }
                  }));
    }
  }

  @Test
  void anObjectOutlivesItsNode() {
    TestNode first = TestNode.start(new CounterService());
    assertThat(counter(first).add(2)).isEqualTo(2);
    assertThat(counter(first).add(3)).isEqualTo(5);
    try (TestNode second = first.restart(new CounterService())) {
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
