package dev.weft.durable.internal.store;

import static dev.weft.durable.internal.store.StoreBed.alarms;
import static dev.weft.durable.internal.store.StoreBed.commit;
import static dev.weft.durable.internal.store.StoreBed.commitOne;
import static dev.weft.durable.internal.store.StoreBed.get;
import static dev.weft.durable.internal.store.StoreBed.id;
import static dev.weft.durable.internal.store.StoreBed.put;
import static dev.weft.durable.internal.store.StoreBed.release;
import static dev.weft.durable.internal.store.StoreBed.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Reason;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import dev.weft.durable.internal.store.ObjectStore.Range;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the store promises when nothing goes wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectStoreIT {
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
  void whatIsCommittedIsReadByTheNextClaim() {
    ObjectId id = id("ann");
    ClaimResult.Claimed first = bed.claim(me, id);
    assertThat(first.epoch()).isEqualTo(1);
    assertThat(first.seq()).isZero();
    assertThat(first.version()).isZero();
    assertThat(first.entries()).isEmpty();
    assertThat(first.complete()).isTrue();
    WriteSet writes =
        WriteSets.of(
            false,
            put("a", "1", "b", "2", "ключ", "3").entries(),
            Map.of("tick", new WriteSet.AlarmRow(7, 5, 2)),
            List.of(new WriteSet.Reply("r1", false, "ok".getBytes(StandardCharsets.UTF_8))),
            3,
            false);
    assertThat(commitOne(lane, commit(id, 1, 0, writes)))
        .isInstanceOf(CommitResult.Committed.class);
    assertThat(commitOne(lane, commit(id, 1, 1, put("a", "11", "b", null))))
        .isInstanceOf(CommitResult.Committed.class);
    ObjectId unnamed = new ObjectId("test", id.bytes(), null);
    ClaimResult.Claimed second =
        (ClaimResult.Claimed)
            get(store.claim(me, List.of(new Claim(unnamed, false, 3)))).getFirst();
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.seq()).isEqualTo(2);
    assertThat(second.version()).isEqualTo(3);
    assertThat(second.name()).isEqualTo("ann");
    assertThat(text(second.entries())).isEqualTo(Map.of("a", "11", "ключ", "3"));
    assertThat(second.alarms()).isEqualTo(Map.of("tick", new WriteSet.AlarmRow(7, 5, 2)));
    assertThat(get(store.reply(id, "r1")))
        .hasValueSatisfying(r -> assertThat(r.failure()).isFalse());
    assertThat(get(store.reply(id, "r2"))).isEmpty();
  }

  @Test
  void anotherLiveNodesObjectIsNotTaken() {
    ObjectId id = id("bob");
    bed.claim(other, id);
    assertThat(bed.tryClaim(me, id))
        .isEqualTo(new ClaimResult.Owned(other, "node-2", OwnerState.STAYS));
    Lane lane2 = bed.lane(other);
    assertThat(commitOne(lane2, commit(id, 1, 0, release())))
        .isInstanceOf(CommitResult.Committed.class);
    assertThat(bed.claim(me, id).epoch()).isEqualTo(2);
    assertThat(commitOne(lane2, commit(id, 1, 1, put("late", "x"))))
        .isInstanceOf(CommitResult.Fenced.class);
    assertThat(bed.stored(id)).isEmpty();
    assertThat(get(store.epochs(id, 9)))
        .extracting(ObjectStore.EpochRow::nodeId)
        .containsExactly("node-1", "node-2");
    get(lane2.close());
  }

  @Test
  void aBatchOfClaimsIsAnsweredInOrderAndOncePerObject() {
    ObjectId fresh = id(null);
    ObjectId absent = id(null);
    ObjectId taken = id(null);
    ObjectId newer = id("newer");
    bed.claim(other, taken);
    bed.claim(me, newer);
    WriteSet version9 = WriteSets.of(false, new TreeMap<>(), Map.of(), List.of(), 9, true);
    assertThat(commitOne(lane, commit(newer, 1, 0, version9)))
        .isInstanceOf(CommitResult.Committed.class);
    List<ClaimResult> results =
        get(
            store.claim(
                me,
                List.of(
                    new Claim(fresh, true, 1),
                    new Claim(absent, false, 1),
                    new Claim(taken, true, 1),
                    new Claim(newer, true, 8),
                    new Claim(fresh, true, 1))));
    assertThat(results.get(0)).isInstanceOf(ClaimResult.Claimed.class);
    assertThat(results.get(1)).isEqualTo(new ClaimResult.Absent());
    assertThat(results.get(2)).isEqualTo(new ClaimResult.Owned(other, "node-2", OwnerState.STAYS));
    assertThat(results.get(3)).isEqualTo(new ClaimResult.TooNew(9));
    assertThat(results.get(4)).isEqualTo(results.get(0));
    assertThat(get(store.find(absent))).isEmpty();
    assertThat(get(store.find(fresh))).hasValueSatisfying(row -> assertThat(row.epoch()).isOne());
    assertThat(get(store.find(newer)))
        .hasValueSatisfying(row -> assertThat(row.ownerNodeId()).isNull());
  }

  @Test
  void aDrainingOrUnknownNodeTakesNothing() {
    String draining = bed.node("node-3");
    get(store.drain(draining));
    assertThat(get(store.renew(draining, StoreBed.TTL))).isTrue();
    assertThat(bed.tryClaim(draining, id(null))).isEqualTo(new ClaimResult.NodeDead());
    assertThat(bed.tryClaim("nobody", id(null))).isEqualTo(new ClaimResult.NodeDead());
  }

  @Test
  void theFirstReadIsBoundedByKeysAndBytes() {
    ObjectId many = id(null);
    bed.claim(me, many);
    String[] pairs = new String[2 * 300];
    for (int i = 0; i < 300; i++) {
      pairs[2 * i] = "k%03d".formatted(i);
      pairs[2 * i + 1] = "v";
    }
    commitOne(lane, commit(many, 1, 0, put(pairs)));
    ClaimResult.Claimed claimed = bed.claim(me, many);
    assertThat(claimed.entries()).hasSize(256);
    assertThat(claimed.entries().lastKey()).isEqualTo(Key.of("k255"));
    assertThat(claimed.complete()).isFalse();

    ObjectId large = id(null);
    bed.claim(me, large);
    String value = "x".repeat(100 * 1024);
    commitOne(lane, commit(large, 1, 0, put("a", value, "b", value, "c", value)));
    claimed = bed.claim(me, large);
    assertThat(claimed.entries().keySet()).containsExactly(Key.of("a"), Key.of("b"));
    assertThat(claimed.complete()).isFalse();
    commitOne(lane, commit(large, 2, 1, put("c", null)));
    assertThat(bed.claim(me, large).complete()).isTrue();
    assertThat(get(store.keys(large, new Range(Key.of("a"), false, null, false, 9))))
        .containsExactly(new ObjectStore.KeySize(Key.of("b"), value.length()));
  }

  @Test
  void rangesGoForthAndBackInTheOrderOfCodePoints() {
    ObjectId id = id(null);
    bed.claim(me, id);
    String beyond = new String(Character.toChars(0x1F600));
    commitOne(
        lane, commit(id, 1, 0, put("a", "1", "b", "2", "c", "3", "\uFFFD", "4", beyond, "5")));
    assertThat(keys(id, new Range(null, true, null, false, Integer.MAX_VALUE)))
        .containsExactly("a", "b", "c", "\uFFFD", beyond);
    assertThat(keys(id, new Range(Key.of("a"), false, Key.of("c"), false, 9))).containsExactly("b");
    assertThat(keys(id, new Range(Key.of("a"), true, Key.of("c"), false, 1))).containsExactly("a");
    assertThat(keys(id, new Range(null, true, Key.of("d"), true, 2))).containsExactly("c", "b");
    assertThat(text(get(store.read(id, List.of(Key.of("c"), Key.of("zz"), Key.of("c")))).values()))
        .isEqualTo(Map.of("c", "3"));
  }

  private List<String> keys(ObjectId id, Range range) {
    List<Key> keys = List.copyOf(get(store.range(id, range)).keySet());
    assertThat(get(store.keys(id, range))).extracting(ObjectStore.KeySize::key).isEqualTo(keys);
    return keys.stream().map(Key::text).toList();
  }

  @Test
  void dueAlarmsAreTakenOnceAndCounted() {
    String namespace = "alarms";
    ObjectId early = id(namespace, null);
    ObjectId late = id(namespace, null);
    bed.claim(me, early);
    bed.claim(me, late);
    long now = get(store.now());
    commitOne(
        lane, commit(late, 1, 0, alarms(Map.of("l", new WriteSet.AlarmRow(now - 10, now, 0)))));
    commitOne(
        lane,
        commit(
            early,
            1,
            0,
            alarms(
                Map.of(
                    "e", new WriteSet.AlarmRow(now - 20, now, 0),
                    "future", new WriteSet.AlarmRow(now + 600_000, now, 0)))));
    Duration hold = Duration.ofMillis(400);
    assertThat(get(store.takeDue(List.of("elsewhere"), hold, 10))).isEmpty();
    assertThat(get(store.takeDue(List.of("elsewhere", namespace), hold, 1)))
        .containsExactly(new ObjectStore.DueAlarm(early, "e", now - 20, 1));
    assertThat(get(store.takeDue(List.of(namespace), hold, 10)))
        .containsExactly(new ObjectStore.DueAlarm(late, "l", now - 10, 1));
    assertThat(get(store.takeDue(List.of(namespace), hold, 10))).isEmpty();
    StoreBed.until(
        () ->
            get(store.takeDue(List.of(namespace), hold, 1))
                .equals(List.of(new ObjectStore.DueAlarm(early, "e", now - 20, 2))));
    // Setting it again makes it another alarm.
    commitOne(
        lane, commit(early, 1, 1, alarms(Map.of("e", new WriteSet.AlarmRow(now - 20, now, 1)))));
    assertThat(get(store.takeDue(List.of(namespace), hold, 1)))
        .containsExactly(new ObjectStore.DueAlarm(early, "e", now - 20, 1));
    Map<String, WriteSet.AlarmRow> none = new HashMap<>();
    none.put("e", null);
    commitOne(lane, commit(early, 1, 2, alarms(none)));
    assertThat(get(store.alarms(early))).containsOnlyKeys("future");
  }

  @Test
  void confirmTellsWhatIsStillOwned() {
    ObjectId mine = id(null);
    ObjectId freed = id(null);
    bed.claim(me, mine);
    bed.claim(me, freed);
    commitOne(lane, commit(freed, 1, 0, release()));
    assertThat(get(store.confirm(List.of(mine, id(null), mine, freed), List.of(1L, 1L, 2L, 1L))))
        .containsExactly(true, false, false, false);
  }

  @Test
  void objectsAreListedByTheBeginningOfTheirNames() {
    String namespace = "listed";
    for (String name : List.of("a/2", "b", "a/1", "a", "é")) {
      bed.claim(me, id(namespace, name));
    }
    bed.claim(me, id(namespace, null));
    List<ObjectStore.ObjectRow> slash = get(store.list(namespace, "a/", null, 9));
    assertThat(names(slash)).containsExactly("a/1", "a/2");
    assertThat(slash.getFirst().ownerNodeId()).isEqualTo("node-1");
    List<String> all = new ArrayList<>();
    String after = null;
    for (int pages = 0; pages < 9; pages++) {
      List<ObjectStore.ObjectRow> page = get(store.list(namespace, "", after, 2));
      if (page.isEmpty()) {
        break;
      }
      all.addAll(names(page));
      after = page.getLast().id().hex();
    }
    assertThat(all).containsExactly("a", "a/1", "a/2", "b", "é", "-");
  }

  private static List<String> names(List<ObjectStore.ObjectRow> rows) {
    return rows.stream().map(row -> row.id().name().orElse("-")).toList();
  }

  @Test
  void oneBadObjectIsRefusedAndTheOthersAreCommitted() {
    byte[] noise = new byte[6000];
    new Random(1).nextBytes(noise);
    TreeMap<Key, byte[]> longKey = new TreeMap<>();
    longKey.put(new Key(noise), new byte[1]);
    List<Commit> batch = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ObjectId id = id(null);
      bed.claim(me, id);
      WriteSet writes = put("k", "v");
      if (i == 7) {
        writes = WriteSets.of(false, longKey, Map.of(), List.of(), 0, false);
      } else if (i == 13) {
        writes =
            WriteSets.of(
                false,
                new TreeMap<>(),
                Map.of(),
                List.of(new WriteSet.Reply("nul\0", false, new byte[0])),
                0,
                false);
      }
      batch.add(commit(id, 1, 0, writes));
    }
    List<CommitResult> results = get(lane.commit(batch));
    for (int i = 0; i < 20; i++) {
      if (i == 7 || i == 13) {
        Reason reason = i == 7 ? Reason.TOO_LARGE : Reason.INTERNAL;
        assertThat(results.get(i))
            .isInstanceOfSatisfying(
                CommitResult.Refused.class,
                refused -> assertThat(refused.error().reason()).isEqualTo(reason));
        assertThat(bed.stored(batch.get(i).id())).isEmpty();
      } else {
        assertThat(results.get(i)).isInstanceOf(CommitResult.Committed.class);
        assertThat(bed.stored(batch.get(i).id())).containsEntry("k", "v");
      }
    }
  }

  @Test
  void onlyTheObjectThatLostItsOwnerIsFenced() {
    ObjectId good = id(null);
    ObjectId bad = id(null);
    bed.claim(me, good);
    bed.claim(me, bad);
    List<CommitResult> results =
        get(
            lane.commit(
                List.of(
                    commit(bad, 2, 0, put("k", "v")),
                    commit(good, 1, 0, put("k", "v")),
                    commit(id(null), 1, 0, put("k", "v")))));
    assertThat(results.get(0)).isInstanceOf(CommitResult.Fenced.class);
    assertThat(results.get(1)).isInstanceOf(CommitResult.Committed.class);
    assertThat(results.get(2)).isInstanceOf(CommitResult.Fenced.class);
    assertThat(bed.stored(bad)).isEmpty();
  }

  @Test
  void oldRepliesAndForgottenNodesAreTidiedAway() {
    ObjectId id = id(null);
    for (int i = 0; i < 20; i++) {
      bed.claim(me, id);
    }
    assertThat(get(store.epochs(id, 99))).hasSize(16);
    WriteSet reply =
        WriteSets.of(
            false,
            new TreeMap<>(),
            Map.of(),
            List.of(new WriteSet.Reply("old", true, new byte[] {1})),
            0,
            false);
    commitOne(lane, commit(id, 20, 0, reply));
    assertThat(get(store.tidy(Duration.ofHours(1)))).isZero();
    assertThat(get(store.tidy(Duration.ofMillis(-1)))).isPositive();
    assertThat(get(store.reply(id, "old"))).isEmpty();
  }
}
