package dev.weft.durable.internal.store;

import static dev.weft.durable.internal.store.StoreBed.clearAndPut;
import static dev.weft.durable.internal.store.StoreBed.commit;
import static dev.weft.durable.internal.store.StoreBed.commitOne;
import static dev.weft.durable.internal.store.StoreBed.get;
import static dev.weft.durable.internal.store.StoreBed.id;
import static dev.weft.durable.internal.store.StoreBed.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What stays of what is deleted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectStoreDeletionIT {
  private final StoreBed bed = new StoreBed();
  private final ObjectStore store = bed.store;
  private final String me = bed.node("node-1");
  private final String other = bed.node("node-2");
  private final Lane lane = bed.lane(me);

  @AfterAll
  void close() {
    bed.close();
  }

  @Test
  void deletingAllSparesWhatTheSameCommitWrites() {
    ObjectId id = id(null);
    bed.claim(me, id);
    WriteSet before =
        WriteSets.of(
            false,
            put("a", "1", "b", "2").entries(),
            Map.of("x", new WriteSet.AlarmRow(1, 1, 0), "y", new WriteSet.AlarmRow(2, 2, 0)),
            List.of(),
            0,
            false);
    commitOne(lane, commit(id, 1, 0, before));
    ObjectId bystander = id(null);
    bed.claim(me, bystander);
    commitOne(lane, commit(bystander, 1, 0, put("a", "kept")));
    WriteSet after =
        WriteSets.of(
            true,
            put("b", "3", "c", "4", "a", null).entries(),
            Map.of("y", new WriteSet.AlarmRow(9, 9, 1)),
            List.of(),
            0,
            false);
    assertThat(commitOne(lane, commit(id, 1, 1, after))).isInstanceOf(CommitResult.Committed.class);
    assertThat(bed.stored(id)).isEqualTo(Map.of("b", "3", "c", "4"));
    assertThat(get(store.alarms(id))).isEqualTo(Map.of("y", new WriteSet.AlarmRow(9, 9, 1)));
    assertThat(bed.stored(bystander)).isEqualTo(Map.of("a", "kept"));
    assertThat(commitOne(lane, commit(id, 1, 2, clearAndPut())))
        .isInstanceOf(CommitResult.Committed.class);
    assertThat(bed.stored(id)).isEmpty();
    assertThat(get(store.alarms(id))).isEmpty();
  }

  @Test
  void ofWhatIsDeletedOnlyTheEpochGoesOn() {
    ObjectId id = id("gone");
    bed.claim(me, id);
    WriteSet writes =
        WriteSets.of(
            false,
            put("a", "1").entries(),
            Map.of("tick", new WriteSet.AlarmRow(7, 5, 2)),
            List.of(new WriteSet.Reply("r1", false, "ok".getBytes(StandardCharsets.UTF_8))),
            1,
            false);
    commitOne(lane, commit(id, 1, 0, writes));
    assertThat(get(store.delete(id, other, 1))).isFalse();
    assertThat(get(store.delete(id, me, 2))).isFalse();
    assertThat(bed.stored(id)).isNotEmpty();
    assertThat(get(store.delete(id, me, 1))).isTrue();
    assertThat(get(store.delete(id, me, 1))).isFalse();
    assertThat(bed.stored(id)).isEmpty();
    assertThat(get(store.find(id))).isEmpty();
    assertThat(get(store.list("test", "gone", null, 9))).isEmpty();
    assertThat(get(store.epochs(id, 9))).isEmpty();
    assertThat(get(store.alarms(id))).isEmpty();
    assertThat(get(store.reply(id, "r1"))).isEmpty();
    assertThat(commitOne(lane, commit(id, 1, 1, put("a", "2"))))
        .isInstanceOf(CommitResult.Fenced.class);
    assertThat(get(store.claim(other, List.of(new Claim(id, false, 1)))))
        .containsExactly(new ClaimResult.Absent());

    ClaimResult.Claimed anew = bed.claim(me, id);
    assertThat(anew.epoch()).isEqualTo(2);
    assertThat(anew.version()).isZero();
    assertThat(anew.name()).isEqualTo("gone");
    assertThat(anew.entries()).isEmpty();
    assertThat(commitOne(lane, commit(id, 1, 1, put("a", "2"))))
        .isInstanceOf(CommitResult.Fenced.class);
    assertThat(commitOne(lane, commit(id, 2, anew.seq(), put("a", "3"))))
        .isInstanceOf(CommitResult.Committed.class);
    assertThat(get(store.find(id))).isPresent();
  }

  /** A write of an object that expires then. */
  private static WriteSet expiring(long millis) {
    return WriteSets.of(
        false,
        put("a", "1").entries(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        Long.valueOf(millis),
        0,
        false);
  }

  @Test
  void whatWasProlongedIsNotDeletedAsExpired() {
    ObjectId id = id("expiring", "prolonged");
    bed.claim(me, id);
    commitOne(lane, commit(id, 1, 0, expiring(1)));
    assertThat(get(store.isExpired(id))).isTrue();
    List<String> namespaces = List.of("expiring");
    assertThat(get(store.takeExpired(namespaces, StoreBed.TTL, 9))).containsExactly(id);
    assertThat(get(store.takeExpired(namespaces, StoreBed.TTL, 9))).isEmpty();
    commitOne(lane, commit(id, 1, 1, expiring(get(store.now()) + 3_600_000)));
    assertThat(get(store.deleteExpired(id, me, 1))).isFalse();
    assertThat(bed.stored(id)).isNotEmpty();
    commitOne(lane, commit(id, 1, 2, expiring(1)));
    assertThat(get(store.deleteExpired(id, other, 1))).isFalse();
    assertThat(get(store.deleteExpired(id, me, 1))).isTrue();
    assertThat(get(store.isExpired(id))).isFalse();
    assertThat(bed.stored(id)).isEmpty();
  }

  @Test
  void expiredKeysAreDeletedAFewAtATime() {
    ObjectId id = id(null);
    bed.claim(me, id);
    SortedMap<Key, byte @Nullable []> entries =
        put("a", "1", "b", "2", "c", "3", "d", "4", "e", "5").entries();
    Map<Key, Long> expiries = new HashMap<>();
    for (String key : List.of("a", "b", "c", "d")) {
      expiries.put(Key.of(key), 1L);
    }
    WriteSet writes =
        WriteSets.of(false, entries, expiries, Map.of(), List.of(), List.of(), null, 0, false);
    commitOne(lane, commit(id, 1, 0, writes));
    assertThat(bed.stored(id)).isEqualTo(Map.of("e", "5"));
    assertThat(get(store.deleteExpiredKeys(3))).isEqualTo(3);
    assertThat(get(store.deleteExpiredKeys(3))).isEqualTo(1);
    assertThat(get(store.deleteExpiredKeys(3))).isZero();
    assertThat(bed.stored(id)).isEqualTo(Map.of("e", "5"));
  }
}
