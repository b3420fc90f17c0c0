package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can be seen of objects from outside, and done to them. */
final class InspectorTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private ObjectInspector inspector() {
    return lab.bed.objects.inspector();
  }

  @Test
  void whatCannotBeAskedFailsTheFuture() {
    for (String junk : List.of("junk", "", "0".repeat(62))) {
      assertThat(Lab.codeOf(inspector().list("probe", "", junk, 10)))
          .isEqualTo("object:request.invalid");
    }
    assertThat(Lab.codeOf(inspector().list("probe", "nul\0", null, 10)))
        .isEqualTo("object:request.invalid");
  }

  @Test
  void objectsAreListedByTheBeginningOfTheirNames() {
    for (String name : List.of("b1", "a", "b3", "b2", "c")) {
      lab.run(name, self -> self.add("value", 1));
    }
    ObjectId unique = lab.bed.objects.newUniqueId(Lab.PROBES);
    lab.call(lab.bed.objects.stub(Lab.PROBES, unique), self -> self.add("value", 1)).await();
    assertThat(names(inspector().list("probe", "b", null, 10))).containsExactly("b1", "b2", "b3");
    assertThat(names(inspector().list("probe", "b", null, 2))).containsExactly("b1", "b2");
    String last = lab.id("b2").hex();
    assertThat(names(inspector().list("probe", "b", last, 2))).containsExactly("b3");
    assertThat(names(inspector().list("probe", "", null, 10)))
        .containsExactly("a", "b1", "b2", "b3", "c", "none");
    assertThat(names(inspector().list("unknown", "", null, 10))).isEmpty();
  }

  private static List<String> names(Future<List<ObjectInspector.Summary>> page) {
    return page.await().stream()
        .map(summary -> summary.name() instanceof String name ? name : "none")
        .toList();
  }

  @Test
  void anObjectShowsWhatItHasAndWhatItDid() {
    lab.run(
        "a",
        self -> {
          self.storage.put("key", "value");
          self.storage.alarms().set("alarm", Duration.ofDays(1));
          return 0;
        });
    Future<Integer> failing =
        lab.call(
            "a",
            _ -> {
              throw new IllegalStateException("no");
            });
    assertThat(Lab.codeOf(failing)).isEqualTo("object:internal");
    lab.evict("a");
    lab.ping("a");
    lab.ping("a");
    ObjectBed.until(() -> failures().size() == 3);
    ObjectInspector.Details details = inspector().inspect(lab.id("a")).await();
    assertThat(details.summary().name()).isEqualTo("a");
    assertThat(details.summary().owner()).isEqualTo(lab.bed.mesh.nodeId());
    assertThat(details.summary().epoch()).isEqualTo(2);
    assertThat(details.keys()).containsExactly(new ObjectInspector.StoredKey("key", 7));
    assertThat(details.alarms())
        .singleElement()
        .satisfies(alarm -> assertThat(alarm.name()).isEqualTo("alarm"));
    assertThat(details.epochs().stream().map(ObjectInspector.Ownership::epoch))
        .containsExactly(2L, 1L);
    assertThat(details.active())
        .isNotNull()
        .satisfies(
            active -> {
              assertThat(active.state()).isEqualTo("ready");
              assertThat(active.pins()).isEmpty();
              assertThat(active.turns().stream().map(ObjectInspector.TurnSummary::what))
                  .containsExactly("run", "run", "constructor");
            });
  }

  @Test
  void turnsThatFailedSayHow() {
    assertThat(
            Lab.codeOf(
                lab.call(
                    "a",
                    _ -> {
                      throw new IllegalStateException("no");
                    })))
        .isEqualTo("object:internal");
    ObjectBed.until(() -> failures().contains("java.lang.IllegalStateException"));
  }

  /** A turn is noted when it is over; its answer may leave before. */
  private List<String> failures() {
    return inspector().inspect(lab.id("a")).await().active()
            instanceof ObjectInspector.Active active
        ? active.turns().stream().map(turn -> String.valueOf(turn.failure())).toList()
        : List.of();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(Lab.codeOf(inspector().inspect(lab.id("never")))).isEqualTo("object:id.not_found");
    assertThat(inspector().evict(lab.id("never")).await()).isFalse();
    assertThat(inspector().reset(lab.id("never")).await()).isFalse();
  }

  @Test
  void resetEndsAnInstanceThatIsStuck() {
    CountDownLatch latch = new CountDownLatch(1);
    Future<Integer> stuck =
        lab.call(
            "a",
            self -> {
              lab.seen.add("stuck");
              self.add("value", 1);
              latch.await();
              return 0;
            });
    ObjectBed.until(() -> lab.seen.all().contains("stuck"));
    assertThat(inspector().evict(lab.id("a")).await()).isFalse();
    assertThat(inspector().reset(lab.id("a")).await()).isTrue();
    // Nothing of it was given to the database: the call was made once more, and is stuck again.
    ObjectBed.until(() -> lab.seen.all().size() == 2);
    latch.countDown();
    stuck.await();
    assertThat(lab.count("a", "value")).isEqualTo(1);
  }
}
