package dev.weft.durable.internal.store;

import dev.weft.contracts.WeftError;
import dev.weft.durable.ObjectId;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of the store for tests: the same answers, one lock, a clock that is set by hand, and
 * faults on demand. Futures are complete when they are returned, unless the operation is held.
 */
public final class MemoryObjectStore implements ObjectStore {

  /** What can be held back or made to fail. */
  public enum Operation {
    REGISTER,
    RENEW,
    CLAIM,
    CONFIRM,
    COMMIT,
    READ,
    ALARMS
  }

  /** What the next commit meets. */
  private enum CommitFault {
    LOST_BEFORE,
    LOST_AFTER,
    FENCED
  }

  private static final int BOUND_KEYS = 256;
  private static final int BOUND_BYTES = 256 * 1024;
  private static final int EPOCHS_KEPT = 16;

  private final Map<String, MemoryNode> nodes = new HashMap<>();
  private final NavigableMap<ObjectId, MemoryObject> objects = new TreeMap<>();
  private final Map<ObjectId, WeftError> refused = new HashMap<>();
  private final Queue<CommitFault> commitFaults = new ArrayDeque<>();
  private final Map<Operation, Gate> gates = new ConcurrentHashMap<>();
  private final Map<Operation, Queue<Throwable>> failures = new ConcurrentHashMap<>();
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

  /** From now on operations of a kind wait, before they have any effect, until it is opened. */
  public Gate hold(Operation operation) {
    Gate gate = new Gate(() -> gates.remove(operation));
    gates.put(operation, gate);
    return gate;
  }

  /** The next operation of a kind has no effect and fails so; not for commits. */
  public void failNext(Operation operation, Throwable failure) {
    failures.computeIfAbsent(operation, any -> new ArrayDeque<>()).add(failure);
  }

  /** All commits of the object are refused, until {@link #accept}. */
  public synchronized void refuse(ObjectId id, WeftError error) {
    refused.put(id, error);
  }

  /** Ends {@link #refuse}. */
  public synchronized void accept(ObjectId id) {
    refused.remove(id);
  }

  /** The next batch is answered with unknown; it took effect, or did not. */
  public synchronized void loseNextCommit(boolean applied) {
    commitFaults.add(applied ? CommitFault.LOST_AFTER : CommitFault.LOST_BEFORE);
  }

  /** The next batch is answered as if all its objects had another owner. */
  public synchronized void fenceNextCommit() {
    commitFaults.add(CommitFault.FENCED);
  }

  /** Takes the object away as a claim by another node would. */
  public synchronized void steal(ObjectId id, String incarnation) {
    MemoryObject object = objects.computeIfAbsent(id, MemoryObject::new);
    object.take(incarnation, nodeIdOf(incarnation), clockMillis);
  }

  /** Batches that lanes were given so far, in order. */
  public List<List<Commit>> batches() {
    return batches;
  }

  /** What was asked to be confirmed so far, together and in order. */
  public List<List<ObjectId>> confirmations() {
    return confirmations;
  }

  /** Operations that wait until they are let go on. */
  public static final class Gate {
    private final Runnable remove;
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private boolean open;

    private Gate(Runnable remove) {
      this.remove = remove;
    }

    /** How many operations wait here. */
    public synchronized int waiting() {
      return waiting.size();
    }

    /** Lets all that wait go on, in order, and holds none from now on. */
    public void open() {
      remove.run();
      List<Promise<Void>> all;
      synchronized (this) {
        open = true;
        all = List.copyOf(waiting);
        waiting.clear();
      }
      all.forEach(Promise::complete);
    }

    private Future<Void> pass() {
      synchronized (this) {
        if (open) {
          return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
      }
    }
  }

  // ---- nodes

  @Override
  public Future<Void> register(String incarnation, String nodeId, String tag, Duration ttl) {
    return run(
        Operation.REGISTER,
        () -> {
          MemoryNode node = new MemoryNode(nodeId, clockMillis + ttl.toMillis());
          if (nodes.putIfAbsent(incarnation, node) != null) {
            throw new IllegalStateException("registered before: " + incarnation);
          }
          return null;
        });
  }

  @Override
  public Future<Boolean> renew(String incarnation, Duration ttl) {
    return run(
        Operation.RENEW,
        () -> {
          MemoryNode node = nodes.get(incarnation);
          if (node == null || node.dead) {
            return false;
          }
          node.expiresMillis = clockMillis + ttl.toMillis();
          return true;
        });
  }

  @Override
  public Future<Void> drain(String incarnation) {
    return run(
        Operation.RENEW,
        () -> {
          MemoryNode node = nodes.get(incarnation);
          if (node != null) {
            node.draining = true;
          }
          return null;
        });
  }

  @Override
  public Future<List<String>> buryExpired(Duration grace) {
    return run(
        Operation.RENEW,
        () -> {
          List<String> buried = new ArrayList<>();
          nodes.forEach(
              (incarnation, node) -> {
                if (!node.dead && node.expiresMillis < clockMillis) {
                  node.dead = true;
                  buried.add(incarnation);
                }
              });
          return buried;
        });
  }

  @Override
  public Future<Void> bury(String incarnation) {
    return run(
        Operation.RENEW,
        () -> {
          MemoryNode node = nodes.get(incarnation);
          if (node != null) {
            node.dead = true;
          }
          return null;
        });
  }

  private boolean isDead(@Nullable String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    return node == null || node.dead;
  }

  private String nodeIdOf(String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    return node == null ? incarnation : node.nodeId;
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
    MemoryNode me = nodes.get(incarnation);
    if (me == null || me.dead || me.draining) {
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
    if (owner != null && !owner.equals(incarnation) && !isDead(owner)) {
      return new ClaimResult.Owned(owner, nodeIdOf(owner), stateOf(nodes.get(owner)));
    }
    if (object.version > claim.maxVersion()) {
      return new ClaimResult.TooNew(object.version);
    }
    object.named(claim.id());
    object.take(incarnation, me.nodeId, clockMillis);
    SortedMap<Key, byte[]> first = object.first(BOUND_KEYS, BOUND_BYTES);
    return new ClaimResult.Claimed(
        object.epoch,
        object.seq,
        object.version,
        object.id.name().orElse(null),
        first,
        first.size() == object.entries.size(),
        object.alarmRows());
  }

  private OwnerState stateOf(@Nullable MemoryNode owner) {
    if (owner == null) {
      return OwnerState.STAYS;
    }
    if (owner.expiresMillis < clockMillis) {
      return OwnerState.EXPIRED;
    }
    return owner.draining ? OwnerState.LEAVES : OwnerState.STAYS;
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
    CommitFault fault = commitFaults.poll();
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
    WeftError error = refused.get(commit.id());
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
  public Future<SortedMap<Key, byte[]>> read(ObjectId id, List<Key> keys) {
    return run(
        Operation.READ,
        () -> {
          SortedMap<Key, byte[]> found = new TreeMap<>();
          MemoryObject object = objects.get(id);
          if (object != null) {
            for (Key key : keys) {
              byte[] value = object.entries.get(key);
              if (value != null) {
                found.put(key, value);
              }
            }
          }
          return found;
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
            NavigableMap<Key, byte[]> part = object.within(range);
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
        owner == null || isDead(owner) ? null : nodeIdOf(owner),
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

  private <T extends @Nullable Object> Future<T> run(Operation operation, Supplier<T> work) {
    Gate gate = gates.get(operation);
    if (gate != null) {
      return gate.pass().compose(any -> runNow(operation, work));
    }
    return runNow(operation, work);
  }

  private <T extends @Nullable Object> Future<T> runNow(Operation operation, Supplier<T> work) {
    T result;
    synchronized (this) {
      Queue<Throwable> planned = failures.get(operation);
      Throwable failure = planned == null ? null : planned.poll();
      if (failure != null) {
        return Future.failedFuture(failure);
      }
      try {
        result = work.get();
      } catch (RuntimeException e) {
        return Future.failedFuture(e);
      }
    }
    return Future.succeededFuture(result);
  }

  private static final class MemoryNode {
    final String nodeId;
    long expiresMillis;
    boolean draining;
    boolean dead;

    MemoryNode(String nodeId, long expiresMillis) {
      this.nodeId = nodeId;
      this.expiresMillis = expiresMillis;
    }
  }
}
