package dev.weft.durable.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model answers as the database does, and its faults do what they say. */
class MemoryObjectStoreTest {
  private static final Duration TTL = Duration.ofSeconds(5);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private final Lane lane = store.openLane("me", alive::get);
  private final ObjectId id = id(1);

  @BeforeEach
  void nodes() {
    store.register("me", "node-1", "", TTL);
    store.register("other", "node-2", "", TTL);
  }

  private static ObjectId id(int number) {
    byte[] bytes = new byte[ObjectId.BYTES];
    bytes[0] = (byte) number;
    return new ObjectId("test", bytes, "object-" + number);
  }

  private ClaimResult claim(String incarnation) {
    return store.claim(incarnation, List.of(new Claim(id, true, 1))).result().getFirst();
  }

  private CommitResult commit(Lane by, long epoch, long seq, WriteSet writes) {
    return by.commit(List.of(new Commit(id, epoch, seq, writes))).result().getFirst();
  }

  private static WriteSet put(String key, String value) {
    TreeMap<Key, byte[]> entries = new TreeMap<>();
    entries.put(Key.of(key), value.getBytes(StandardCharsets.UTF_8));
    return WriteSets.of(false, entries, Map.of(), List.of(), 0, false);
  }

  private static WriteSet clearAndRelease() {
    return WriteSets.of(true, new TreeMap<>(), Map.of(), List.of(), 0, true);
  }

  @Test
  void aBuriedNodesObjectGoesToTheNextAndItsCommitsWriteNothing() {
    claim("me");
    assertThat(commit(lane, 1, 0, put("a", "1"))).isEqualTo(new CommitResult.Committed());
    assertThat(claim("other")).isEqualTo(new ClaimResult.Owned("me", "node-1", OwnerState.STAYS));
    store.advance(TTL.plusMillis(1));
    assertThat(claim("other")).isEqualTo(new ClaimResult.Owned("me", "node-1", OwnerState.EXPIRED));
    store.renew("other", TTL);
    assertThat(store.buryExpired(Duration.ZERO).result()).containsExactly("me");
    assertThat(store.renew("me", TTL).result()).isFalse();
    assertThat(claim("other"))
        .isInstanceOfSatisfying(
            ClaimResult.Claimed.class,
            claimed -> {
              assertThat(claimed.epoch()).isEqualTo(2);
              assertThat(claimed.seq()).isEqualTo(1);
              assertThat(claimed.entries()).containsOnlyKeys(Key.of("a"));
            });
    assertThat(commit(lane, 1, 1, put("a", "2"))).isEqualTo(new CommitResult.Fenced());
    assertThat(claim("me")).isEqualTo(new ClaimResult.NodeDead());
  }

  @Test
  void aReleasedObjectIsFreeAndOneThatIsOwnedCanBeDeleted() {
    claim("me");
    commit(lane, 1, 0, put("a", "1"));
    assertThat(store.delete(id, "me", 2).result()).isFalse();
    assertThat(commit(lane, 1, 1, clearAndRelease())).isEqualTo(new CommitResult.Committed());
    assertThat(commit(lane, 1, 2, put("a", "2"))).isEqualTo(new CommitResult.Fenced());
    assertThat(store.read(id, List.of(Key.of("a"))).result().values()).isEmpty();
    assertThat(store.delete(id, "me", 1).result()).isFalse();
    claim("me");
    assertThat(store.delete(id, "me", 2).result()).isTrue();
    assertThat(store.find(id).result()).isEmpty();
    assertThat(store.claim("me", List.of(new Claim(id, false, 1))).result())
        .containsExactly(new ClaimResult.Absent());
    assertThat(claim("me"))
        .isInstanceOfSatisfying(
            ClaimResult.Claimed.class, claimed -> assertThat(claimed.epoch()).isEqualTo(3));
  }

  @Test
  void dueAlarmsAreHeldForWhoTookThem() {
    claim("me");
    long due = store.millis() + 10;
    WriteSet writes =
        WriteSets.of(
            false,
            new TreeMap<>(),
            Map.of("a", new WriteSet.AlarmRow(due, due, 0)),
            List.of(),
            0,
            false);
    commit(lane, 1, 0, writes);
    List<String> namespaces = List.of("test");
    assertThat(store.takeDue(namespaces, TTL, 9).result()).isEmpty();
    store.advance(Duration.ofMillis(10));
    assertThat(store.takeDue(namespaces, TTL, 9).result())
        .containsExactly(new ObjectStore.DueAlarm(id, "a", due, 1));
    assertThat(store.takeDue(namespaces, TTL, 9).result()).isEmpty();
    store.advance(TTL);
    assertThat(store.takeDue(namespaces, TTL, 9).result())
        .containsExactly(new ObjectStore.DueAlarm(id, "a", due, 2));
  }

  @Test
  void heldCommitsTakeEffectInOrderWhenTheyAreLetGo() {
    claim("me");
    FaultyStore.Gate gate = store.hold(FaultyStore.Operation.COMMIT);
    List<Future<List<CommitResult>>> held = new ArrayList<>();
    held.add(lane.commit(List.of(new Commit(id, 1, 0, put("a", "1")))));
    held.add(lane.commit(List.of(new Commit(id, 1, 1, put("b", "2")))));
    assertThat(held).noneMatch(Future::isComplete);
    assertThat(gate.waiting()).isEqualTo(2);
    gate.open();
    assertThat(held)
        .allSatisfy(one -> assertThat(one.result()).containsExactly(new CommitResult.Committed()));
    assertThat(store.keys(id, new ObjectStore.Range(null, true, null, false, 9)).result())
        .hasSize(2);
  }

  @Test
  void faultsHappenOnce() {
    claim("me");
    store.loseNextCommit(true);
    assertThat(commit(lane, 1, 0, put("a", "1"))).isEqualTo(new CommitResult.Unknown());
    store.loseNextCommit(false);
    assertThat(commit(lane, 1, 1, put("b", "1"))).isEqualTo(new CommitResult.Unknown());
    assertThat(store.keys(id, new ObjectStore.Range(null, true, null, false, 9)).result())
        .hasSize(1);
    WeftError error = WeftError.of("object:storage", Reason.TOO_LARGE, "no");
    store.refuse(id, error);
    assertThat(commit(lane, 1, 1, put("b", "1"))).isEqualTo(new CommitResult.Refused(error));
    store.accept(id);
    store.failNext(FaultyStore.Operation.RENEW, new IllegalStateException("lost"));
    assertThat(store.renew("me", TTL).failed()).isTrue();
    assertThat(store.renew("me", TTL).result()).isTrue();
    store.steal(id, "other");
    assertThat(commit(lane, 1, 1, put("b", "1"))).isEqualTo(new CommitResult.Fenced());
    alive.set(false);
    assertThat(commit(lane, 1, 1, put("b", "1"))).isEqualTo(new CommitResult.Unknown());
  }
}
