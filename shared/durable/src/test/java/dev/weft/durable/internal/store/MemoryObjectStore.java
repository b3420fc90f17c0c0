package dev.weft.durable.internal.store;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of the store for tests: the same answers, one lock, a clock that is set by hand, and
 * faults on demand. Futures are complete when they are returned, unless the operation is held.
 */
public final class MemoryObjectStore extends FaultyStore {

  private static final int BOUND_KEYS = 256;
  private static final int BOUND_BYTES = 256 * 1024;
  private static final int EPOCHS_KEPT = 16;

  private final MemoryNodes nodes = new MemoryNodes();
  private final NavigableMap<ObjectId, MemoryObject> objects = new TreeMap<>();
  private final List<List<Commit>> batches = new CopyOnWriteArrayList<>();
  private final List<List<ObjectId>> confirmations = new CopyOnWriteArrayList<>();
  private long clockMillis = 1_000_000_000_000L;

  // ---- the test's hand

  /** Sets the clock. */
  public synchronized void setMillis(long millis) {
    clockMillis = millis;
  }

  /** Moves the clock. */
  public synchronized void advance(Duration by) {
    clockMillis += by.toMillis();
  }

  /** The clock. */
  public synchronized long millis() {
    return clockMillis;
  }

  /** Takes the object away as a claim by another node would. */
  public synchronized void steal(ObjectId id, String incarnation) {
    MemoryObject object = objects.computeIfAbsent(id, MemoryObject::new);
    object.take(incarnation, nodes.nodeIdOf(incarnation), clockMillis);
  }

  /** Batches that lanes were given so far, in order. */
  public List<List<Commit>> batches() {
    return batches;
  }

  /** What was asked to be confirmed so far, together and in order. */
  public List<List<ObjectId>> confirmations() {
    return confirmations;
  }

  // ---- nodes

  @Override
  public Future<Void> register(String incarnation, String nodeId, String tag, Duration ttl) {
    return run(
        Operation.REGISTER,
        () -> {
          nodes.register(incarnation, nodeId, clockMillis + ttl.toMillis());
          return null;
        });
  }

  @Override
  public Future<Boolean> renew(String incarnation, Duration ttl) {
    return run(Operation.RENEW, () -> nodes.renew(incarnation, clockMillis + ttl.toMillis()));
  }

  @Override
  public Future<Void> drain(String incarnation) {
    return run(
        Operation.RENEW,
        () -> {
          nodes.drain(incarnation);
          return null;
        });
  }

  @Override
  public Future<List<String>> buryExpired(Duration grace) {
    return run(Operation.RENEW, () -> nodes.buryExpired(clockMillis));
  }

  @Override
  public Future<Void> bury(String incarnation) {
    return run(
        Operation.RENEW,
        () -> {
          nodes.bury(incarnation);
          return null;
        });
  }

  // ---- ownership

  @Override
  public Future<List<ClaimResult>> claim(String incarnation, List<Claim> claims) {
    return run(
        Operation.CLAIM,
        () -> {
          Map<ObjectId, ClaimResult> results = new HashMap<>();
          for (Claim claim : claims) {
            results.computeIfAbsent(claim.id(), id -> claimOne(incarnation, claim));
          }
          return claims.stream().map(claim -> results.get(claim.id())).toList();
        });
  }

  private ClaimResult claimOne(String incarnation, Claim claim) {
    if (!nodes.mayClaim(incarnation)) {
      return new ClaimResult.NodeDead();
    }
    MemoryObject object = objects.get(claim.id());
    if (!claim.create() && (object == null || object.deleted)) {
      return new ClaimResult.Absent();
    }
    if (object == null) {
      object = new MemoryObject(claim.id());
      objects.put(claim.id(), object);
    }
    String owner = object.owner;
    if (owner != null && !owner.equals(incarnation) && !nodes.isDead(owner)) {
      return new ClaimResult.Owned(owner, nodes.nodeIdOf(owner), nodes.stateOf(owner, clockMillis));
    }
    if (object.version > claim.maxVersion()) {
      return new ClaimResult.TooNew(object.version);
    }
    object.named(claim.id());
    object.take(incarnation, nodes.nodeIdOf(incarnation), clockMillis);
    SortedMap<Key, byte[]> first = object.first(BOUND_KEYS, BOUND_BYTES, clockMillis);
    return new ClaimResult.Claimed(
        object.epoch,
        object.seq,
        object.version,
        object.id.name().orElse(null),
        first,
        first.size() == object.alive(clockMillis).size(),
        object.expiriesOf(first),
        object.alarmRows(),
        object.watched());
  }

  @Override
  public Future<List<Boolean>> confirm(List<ObjectId> ids, List<Long> epochs) {
    confirmations.add(List.copyOf(ids));
    return run(
        Operation.CONFIRM,
        () -> {
          List<Boolean> answers = new ArrayList<>();
          for (int i = 0; i < ids.size(); i++) {
            MemoryObject object = objects.get(ids.get(i));
            answers.add(object != null && object.owner != null && object.epoch == epochs.get(i));
          }
          return answers;
        });
  }

  // ---- commits

  @Override
  public Lane openLane(String incarnation, BooleanSupplier mayGoOn) {
    return new Lane() {
      @Override
      public Future<List<CommitResult>> commit(List<Commit> batch) {
        batches.add(List.copyOf(batch));
        return run(Operation.COMMIT, () -> commitAll(incarnation, mayGoOn, batch));
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    };
  }

  private List<CommitResult> commitAll(
      String incarnation, BooleanSupplier mayGoOn, List<Commit> batch) {
    CommitFault fault = nextCommitFault();
    if (!mayGoOn.getAsBoolean() || fault == CommitFault.LOST_BEFORE) {
      return batch.stream().<CommitResult>map(any -> new CommitResult.Unknown()).toList();
    }
    if (fault == CommitFault.FENCED) {
      return batch.stream().<CommitResult>map(any -> new CommitResult.Fenced()).toList();
    }
    List<CommitResult> results = new ArrayList<>();
    for (Commit commit : batch) {
      CommitResult result = commitOne(incarnation, commit);
      results.add(fault == CommitFault.LOST_AFTER ? new CommitResult.Unknown() : result);
    }
    return results;
  }

  private CommitResult commitOne(String incarnation, Commit commit) {
    WeftError error = refusalOf(commit.id());
    if (error != null) {
      return new CommitResult.Refused(error);
    }
    MemoryObject object = objects.get(commit.id());
    if (object == null
        || !incarnation.equals(object.owner)
        || object.epoch != commit.epoch()
        || object.seq != commit.seq()) {
      return new CommitResult.Fenced();
    }
    object.apply(commit.writes(), clockMillis);
    return new CommitResult.Committed();
  }

  // ---- reads

  @Override
  public Future<Found> read(ObjectId id, List<Key> keys) {
    return run(
        Operation.READ,
        () -> {
          SortedMap<Key, byte[]> found = new TreeMap<>();
          MemoryObject object = objects.get(id);
          if (object == null) {
            return new Found(found, Map.of());
          }
          for (Key key : keys) {
            byte[] value = object.alive(clockMillis).get(key);
            if (value != null) {
              found.put(key, value);
            }
          }
          return new Found(found, object.expiriesOf(found));
        });
  }

  @Override
  public Future<SortedMap<Key, byte[]>> range(ObjectId id, Range range) {
    return run(
        Operation.READ,
        () -> {
          SortedMap<Key, byte[]> found =
              new TreeMap<>(range.reverse() ? Comparator.reverseOrder() : null);
          MemoryObject object = objects.get(id);
          if (object != null) {
            NavigableMap<Key, byte[]> part = object.within(range, clockMillis);
            for (Map.Entry<Key, byte[]> entry :
                (range.reverse() ? part.descendingMap() : part).entrySet()) {
              if (found.size() >= range.limit()) {
                break;
              }
              found.put(entry.getKey(), entry.getValue());
            }
          }
          return found;
        });
  }

  @Override
  public Future<Optional<WriteSet.Reply>> reply(ObjectId id, String requestId) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          MemoryObject.KeptReply kept = object == null ? null : object.replies.get(requestId);
          return Optional.ofNullable(kept).map(MemoryObject.KeptReply::reply);
        });
  }

  // ---- alarms

  @Override
  public Future<List<DueAlarm>> takeDue(List<String> namespaces, Duration hold, int limit) {
    return run(
        Operation.ALARMS,
        () -> {
          List<DueAlarm> due = new ArrayList<>();
          List<MemoryObject.Alarm> alarms =
              objects.values().stream()
                  .filter(object -> namespaces.contains(object.id.namespace()))
                  .flatMap(object -> object.alarms.values().stream())
                  .filter(
                      alarm ->
                          alarm.row.dueMillis() <= clockMillis
                              && alarm.claimedUntilMillis <= clockMillis)
                  .sorted(Comparator.comparingLong(alarm -> alarm.row.dueMillis()))
                  .limit(limit)
                  .toList();
          for (MemoryObject.Alarm alarm : alarms) {
            alarm.claimedUntilMillis = clockMillis + hold.toMillis();
            alarm.deliveries++;
            due.add(new DueAlarm(alarm.id, alarm.name, alarm.row.dueMillis(), alarm.deliveries));
          }
          return due;
        });
  }

  @Override
  public Future<Long> now() {
    return run(Operation.READ, () -> clockMillis);
  }

  @Override
  public Future<Integer> tidy(Duration keepReplies) {
    return run(
        Operation.READ,
        () -> {
          int removed = 0;
          for (MemoryObject object : objects.values()) {
            int before = object.replies.size() + object.epochs.size();
            object
                .replies
                .values()
                .removeIf(kept -> kept.keptMillis() < clockMillis - keepReplies.toMillis());
            while (object.epochs.size() > EPOCHS_KEPT) {
              object.epochs.removeLast();
            }
            removed += before - object.replies.size() - object.epochs.size();
          }
          return removed;
        });
  }

  // ---- topics

  @Override
  public Future<Boolean> watch(
      ObjectId id, String incarnation, long epoch, String topic, String nodeId, long stamp) {
    return run(
        Operation.WATCH,
        () -> {
          MemoryObject object = objects.get(id);
          if (object == null || !incarnation.equals(object.owner) || object.epoch != epoch) {
            return false;
          }
          object
              .watchers
              .computeIfAbsent(topic, _ -> new HashMap<>())
              .merge(nodeId, stamp, Math::max);
          return true;
        });
  }

  @Override
  public Future<Void> unwatch(String nodeId, List<TopicRows.WatchedTopic> topics) {
    return run(
        Operation.WATCH,
        () -> {
          for (TopicRows.WatchedTopic each : topics) {
            MemoryObject object = objects.get(each.id());
            if (object != null) {
              object
                  .watchers
                  .getOrDefault(each.topic(), new HashMap<>())
                  .computeIfPresent(nodeId, (_, last) -> last <= each.stamp() ? null : last);
            }
          }
          return null;
        });
  }

  @Override
  public Future<Void> unwatchAll(String nodeId) {
    return run(
        Operation.WATCH,
        () -> {
          objects
              .values()
              .forEach(object -> object.watchers.values().forEach(nodes -> nodes.remove(nodeId)));
          return null;
        });
  }

  @Override
  public Future<List<String>> watchingNodes() {
    return run(
        Operation.WATCH,
        () ->
            objects.values().stream()
                .flatMap(object -> object.watchers.values().stream())
                .flatMap(nodes -> nodes.keySet().stream())
                .distinct()
                .sorted()
                .toList());
  }

  @Override
  public Future<TopicRows.ItemPage> items(
      ObjectId id, String topic, long after, int limit, long maxBytes) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          if (object == null) {
            return new TopicRows.ItemPage(null, List.of());
          }
          List<TopicRows.ItemRow> page = new ArrayList<>();
          long bytes = 0;
          for (TopicRows.ItemRow item :
              object.items.getOrDefault(topic, new TreeMap<>()).tailMap(after, false).values()) {
            if (page.size() == limit || bytes >= maxBytes) {
              break;
            }
            bytes += item.item().length;
            page.add(item);
          }
          return new TopicRows.ItemPage(object.topics.get(topic), page);
        });
  }

  @Override
  public Future<List<TopicRows.TopicStanding>> standings(
      String nodeId, List<TopicRows.WatchedTopic> topics) {
    return run(Operation.WATCH, () -> topics.stream().map(each -> standing(nodeId, each)).toList());
  }

  private TopicRows.TopicStanding standing(String nodeId, TopicRows.WatchedTopic topic) {
    MemoryObject object = objects.get(topic.id());
    if (object == null) {
      return new TopicRows.TopicStanding(null, 0, null, false);
    }
    object
        .watchers
        .computeIfAbsent(topic.topic(), _ -> new HashMap<>())
        .putIfAbsent(nodeId, topic.stamp());
    String owner = object.owner;
    return new TopicRows.TopicStanding(
        object.topics.get(topic.topic()),
        object.epoch,
        owner == null || nodes.isDead(owner) ? null : nodes.nodeIdOf(owner),
        owner != null);
  }

  /** Nodes that are noted as watching the object. */
  public synchronized List<String> watchersOf(ObjectId id) {
    MemoryObject object = objects.get(id);
    return object == null
        ? List.of()
        : object.watchers.values().stream()
            .flatMap(noted -> noted.keySet().stream())
            .sorted()
            .toList();
  }

  // ---- projections and expiry

  @Override
  public Future<List<ProjectionRow>> projections() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Boolean> rebuild(String projection) {
    return Future.succeededFuture(false);
  }

  @Override
  public Future<List<ObjectId>> takeExpired(List<String> namespaces, Duration hold, int limit) {
    return run(
        Operation.READ,
        () ->
            objects.values().stream()
                .filter(object -> namespaces.contains(object.id.namespace()))
                .filter(object -> object.isExpired(clockMillis))
                .limit(limit)
                .map(object -> object.id)
                .toList());
  }

  @Override
  public Future<Boolean> isExpired(ObjectId id) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          return object != null && object.isExpired(clockMillis);
        });
  }

  @Override
  public Future<Boolean> deleteExpired(ObjectId id, String incarnation, long epoch) {
    return isExpired(id)
        .compose(
            expired -> expired ? delete(id, incarnation, epoch) : Future.succeededFuture(false));
  }

  @Override
  public Future<Integer> deleteExpiredKeys(int limit) {
    return run(
        Operation.READ,
        () ->
            objects.values().stream().mapToInt(object -> object.removeExpired(clockMillis)).sum());
  }

  // ---- inspection

  @Override
  public Future<List<ObjectRow>> list(
      String namespace, String namePrefix, @Nullable String afterHex, int limit) {
    return run(
        Operation.READ,
        () -> {
          List<MemoryObject> sorted =
              objects.values().stream()
                  .filter(object -> !object.deleted && object.id.namespace().equals(namespace))
                  .filter(
                      object ->
                          namePrefix.isEmpty()
                              || object.id.name().orElse("\0").startsWith(namePrefix))
                  .sorted(MemoryObject.BY_NAME)
                  .toList();
          int from = 0;
          for (int i = 0; i < sorted.size(); i++) {
            if (sorted.get(i).id.hex().equals(afterHex)) {
              from = i + 1;
            }
          }
          return sorted.stream().skip(from).limit(limit).map(this::row).toList();
        });
  }

  @Override
  public Future<Optional<ObjectRow>> find(ObjectId id) {
    return run(
        Operation.READ,
        () ->
            Optional.ofNullable(objects.get(id)).filter(object -> !object.deleted).map(this::row));
  }

  private ObjectRow row(MemoryObject object) {
    String owner = object.owner;
    return new ObjectRow(
        object.id,
        owner == null || nodes.isDead(owner) ? null : nodes.nodeIdOf(owner),
        object.epoch,
        object.seq,
        object.version,
        object.lastTurnMillis);
  }

  @Override
  public Future<List<EpochRow>> epochs(ObjectId id, int limit) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          return object == null ? List.of() : object.epochs.stream().limit(limit).toList();
        });
  }

  @Override
  public Future<List<KeySize>> keys(ObjectId id, Range range) {
    return range(id, range)
        .map(
            found ->
                found.entrySet().stream()
                    .map(entry -> new KeySize(entry.getKey(), entry.getValue().length))
                    .toList());
  }

  @Override
  public Future<Map<String, WriteSet.AlarmRow>> alarms(ObjectId id) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          return object == null ? Map.of() : object.alarmRows();
        });
  }

  @Override
  public Future<Boolean> delete(ObjectId id, String incarnation, long epoch) {
    return run(
        Operation.READ,
        () -> {
          MemoryObject object = objects.get(id);
          if (object == null || !incarnation.equals(object.owner) || object.epoch != epoch) {
            return false;
          }
          object.delete();
          return true;
        });
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
