package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Stub;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects on several nodes: one of each, wherever it is called from. */
class ObjectsClusterIT {

  interface Counter {
    long add(long n);

    @Idempotent
    long value();
  }

  static final Namespace<Counter> COUNTERS = Namespace.of("counter", Counter.class).asOpen();

  record CounterObject(ObjectContext context) implements Counter {
    @Override
    public long add(long n) {
      long sum = value() + n;
      context.storage().put("value", sum);
      return sum;
    }

    @Override
    public long value() {
      return context.storage().get("value", Long.class, 0L);
    }
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(COUNTERS, CounterObject::new)).onNodes(2);

  @Test
  void callsOfAllNodesReachTheSameObject() {
    for (int i = 0; i < 20; i++) {
      objects.objects(i % 2).get(COUNTERS, "both").add(1);
    }
    assertThat(objects.objects(0).get(COUNTERS, "both").value()).isEqualTo(20);
    assertThat(objects.objects(1).get(COUNTERS, "both").value()).isEqualTo(20);
  }

  @Test
  void anObjectIsDeletedFromAnyNodeWhicheverHasIt() {
    ObjectId id = objects.id(COUNTERS, "deleted");
    for (int node : List.of(0, 1)) {
      assertThat(objects.objects(node).get(COUNTERS, "deleted").add(5)).isEqualTo(5);
      assertThat(objects.objects(node).inspector().delete(id).await()).isTrue();
      assertThat(objects.objects(1 - node).inspector().delete(id).await()).isFalse();
      assertThat(objects.objects(node).get(COUNTERS, "deleted").add(2)).isEqualTo(2);
      objects.crash(node);
      assertThat(objects.objects(1 - node).inspector().delete(id).await()).isTrue();
    }
    assertThat(objects.objects(0).get(COUNTERS, "deleted").value()).isZero();
  }

  @Test
  void callsOfOneStubKeepTheirOrderWhenTheObjectMoves() {
    Stub<Counter> stub = objects.objects(0).stub(COUNTERS, "moving");
    stub.object().add(1);
    List<Future<Long>> calls =
        IntStream.range(0, 500)
            .mapToObj(n -> stub.withRequestId("request " + n).call(counter -> counter.add(1)))
            .toList();
    objects.crash(1);
    Future.all(calls).await();
    assertThat(calls.stream().map(Future::result))
        .isEqualTo(IntStream.rangeClosed(2, 501).mapToObj(i -> (long) i).toList());
  }

  @Test
  void aNodeThatHostsNothingReachesAnObjectWhenItsOwnerCrashes() {
    DurableObjects caller = objects.joinCaller();
    for (int node : List.of(0, 1)) {
      for (int i = 0; i < 10; i++) {
        Stub<Counter> stub = caller.stub(COUNTERS, "called " + i);
        assertThat(stub.withRequestId("request " + node).call(counter -> counter.add(1)).await())
            .isEqualTo(node + 1);
      }
      objects.crash(node);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(caller.get(COUNTERS, "called " + i).value()).isEqualTo(2);
    }
  }
}
