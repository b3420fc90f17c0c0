package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.InspectorEndpoints.ListRequest;
import dev.weft.durable.InspectorEndpoints.Target;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.mesh.CallContext;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects can be looked at by whoever is on the mesh. */
final class InspectorEndpointsTest {
  private final ObjectBed bed = new ObjectBed(new MemoryObjectStore());

  @BeforeEach
  void host() {
    bed.host(ObjectClass.of(BasicsTest.COUNTERS, BasicsTest.CounterObject::new));
    for (String name : new String[] {"a/1", "a/2", "b/1"}) {
      bed.objects.get(BasicsTest.COUNTERS, name).add(1);
    }
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void objectsAreListedByThePrefixOfTheirNames() {
    var page = ask(InspectorEndpoints.LIST, new ListRequest("counter", "a/", null, 10));
    assertThat(page.objects())
        .extracting(ObjectInspector.Summary::name)
        .containsExactly("a/1", "a/2");
  }

  @Test
  void oneIsLookedAtByName() {
    var details = ask(InspectorEndpoints.INSPECT, new Target("counter", null, "a/1"));
    assertThat(details.keys()).extracting(ObjectInspector.StoredKey::key).containsExactly("value");
    assertThat(details.active()).isNotNull();
  }

  @Test
  void oneIsDroppedById() {
    ObjectId id = bed.objects.idFromName(BasicsTest.COUNTERS, "a/1");
    assertThat(ask(InspectorEndpoints.EVICT, new Target("counter", id.hex(), null)).done())
        .isTrue();
    ObjectBed.until(() -> !bed.host.has(id));
  }

  @Test
  void oneIsDeleted() {
    Target target = new Target("counter", null, "a/1");
    assertThat(ask(InspectorEndpoints.DELETE, target).done()).isTrue();
    assertThat(ask(InspectorEndpoints.DELETE, target).done()).isFalse();
    assertThat(bed.objects.get(BasicsTest.COUNTERS, "a/1").value()).isZero();
  }

  @Test
  void whichOneMustBeSaid() {
    assertThat(
            ObjectBed.errorOf(
                    () -> ask(InspectorEndpoints.INSPECT, new Target("counter", null, null)))
                .code())
        .isEqualTo("object:request.invalid");
  }

  private <Q, R> R ask(UnaryEndpoint<Q, R> endpoint, Q request) throws WeftException {
    CallContext call =
        CallContext.start(
            CallContext.newRequestId(),
            CallContext.newTraceparent(),
            Duration.ofSeconds(10),
            "token");
    return bed.mesh.call(endpoint, request, call).await();
  }
}
