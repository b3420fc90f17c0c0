package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.mesh.CallContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ids: what they are made from, whose they are, and the name that stays with the object. */
final class IdentityTest {
  interface Other {
    void nothing();
  }

  private static final Namespace<Other> OTHERS = Namespace.of("other", Other.class).asOpen();

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private DurableObjects objects() {
    return lab.bed.objects;
  }

  @Test
  void aNameIsAlwaysTheSameId() {
    ObjectId id = objects().idFromName(Lab.PROBES, "a");
    assertThat(id).isEqualTo(objects().idFromName(Lab.PROBES, "a"));
    assertThat(id).isNotEqualTo(objects().idFromName(Lab.PROBES, "b"));
    assertThat(id.hex()).isNotEqualTo(objects().idFromName(OTHERS, "a").hex());
    assertThat(id.name()).contains("a");
    assertThat(id.hex()).hasSize(64);
  }

  @Test
  void aUniqueIdHasNoNameAndNoOtherHasIt() {
    ObjectId id = objects().newUniqueId(Lab.PROBES);
    assertThat(id.name()).isEmpty();
    assertThat(id).isNotEqualTo(objects().newUniqueId(Lab.PROBES));
    int sum = lab.call(objects().stub(Lab.PROBES, id), self -> self.add("value", 1)).await();
    ObjectId again = objects().idFromString(Lab.PROBES, id.hex());
    sum += lab.call(objects().stub(Lab.PROBES, again), self -> self.add("value", 1)).await();
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void onlyIdsThatTheNamespaceMadeAreTaken() {
    ObjectId id = objects().idFromName(Lab.PROBES, "a");
    assertThat(objects().idFromString(Lab.PROBES, id.hex())).isEqualTo(id);
    String changed = (id.hex().charAt(0) == '0' ? "1" : "0") + id.hex().substring(1);
    for (String wrong : List.of(changed, id.hex().substring(2), "x".repeat(64), "")) {
      assertThat(ObjectBed.errorOf(() -> objects().idFromString(Lab.PROBES, wrong)).code())
          .isEqualTo("object:id.invalid");
    }
    assertThat(ObjectBed.errorOf(() -> objects().idFromString(OTHERS, id.hex())).code())
        .isEqualTo("object:id.invalid");
    assertThat(ObjectBed.errorOf(() -> objects().stub(OTHERS, id)).code())
        .isEqualTo("object:id.invalid");
  }

  @Test
  void namesAreBounded() {
    assertThat(objects().idFromName(Lab.PROBES, "x".repeat(1_024)).name()).isPresent();
    for (String wrong : List.of("", "x".repeat(1_025), "nul\0", "half\ud800", "\udc00half")) {
      assertThat(ObjectBed.errorOf(() -> objects().idFromName(Lab.PROBES, wrong)).code())
          .isEqualTo("object:id.invalid");
    }
  }

  @Test
  void theHostChecksWhatItIsSent() {
    ObjectId id = objects().idFromName(Lab.PROBES, "a");
    assertThat(codeOfRaw("0".repeat(64), null)).isEqualTo("object:id.invalid");
    assertThat(codeOfRaw(id.hex(), "b")).isEqualTo("object:id.invalid");
    assertThat(codeOfRaw("no", null)).isEqualTo("object:id.invalid");
    assertThat(codeOfRaw(id.hex(), "a")).startsWith("answered");
    assertThat(codeOfRaw(id.hex(), "a", "nul\0")).isEqualTo("object:id.invalid");
  }

  private String codeOfRaw(String hex, @Nullable String name) {
    return codeOfRaw(hex, name, null);
  }

  private String codeOfRaw(String hex, @Nullable String name, @Nullable String requestId) {
    Fragment args = new Fragment("[1]".getBytes(StandardCharsets.UTF_8));
    return Lab.codeOf(
        lab.bed.mesh.call(
            ObjectEndpoints.call(Lab.PROBES),
            new ObjectRequest(hex, name, "read", args, requestId, 0, 0, 0, List.of(), null, null),
            CallContext.background(Duration.ofSeconds(30))));
  }

  @Test
  void theObjectKnowsItsNameHoweverItIsReached() {
    List<String> names = new CopyOnWriteArrayList<>();
    Lab.Body<Integer> note =
        self -> {
          names.add(self.context.id().name().orElse("none"));
          return 0;
        };
    lab.onAlarm = (self, _) -> note.run(self);
    lab.call("a", note).await();
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set(Duration.ofMinutes(1));
          return 0;
        });
    lab.evict("a");
    ObjectId nameless = objects().idFromString(Lab.PROBES, lab.id("a").hex());
    assertThat(nameless.name()).isEmpty();
    lab.call(objects().stub(Lab.PROBES, nameless), note).await();
    lab.evict("a");
    lab.advance(Duration.ofMinutes(2));
    ObjectBed.until(() -> names.size() == 3);
    assertThat(names).containsExactly("a", "a", "a");
  }

  @Test
  void theNameComesFromTheDatabaseWhenNobodyElseKnowsIt() {
    lab.ping("a");
    lab.evict("a");
    // A node that never heard the name.
    try (ObjectBed other = new ObjectBed(lab.store)) {
      other.host(ObjectClass.of(Lab.PROBES, lab::make));
      ObjectId nameless = other.objects.idFromString(Lab.PROBES, lab.id("a").hex());
      String name =
          lab.call(
                  other.objects.stub(Lab.PROBES, nameless),
                  self -> self.context.id().name().orElse("none"))
              .await();
      assertThat(name).isEqualTo("a");
    }
  }
}
