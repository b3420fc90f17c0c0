package dev.weft.durable.internal.store;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.TopicRows.ItemPage;
import dev.weft.durable.internal.store.TopicRows.TopicStanding;
import dev.weft.durable.internal.store.TopicRows.WatchedTopic;
import dev.weft.postgres.Database;
import dev.weft.postgres.Deadline;
import dev.weft.postgres.SqlState;
import dev.weft.postgres.StorageErrors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store in PostgreSQL. Leases, claims and each lane have a connection of their own, so that
 * none waits behind another; everything else shares a pool. Every change is one statement that
 * commits by itself: a process that is stopped between two statements holds no locks.
 */
public final class PgObjectStore implements ObjectStore {
  private final Vertx vertx;
  private final PgConnectOptions options;
  private final Pool pool;
  private final Link leaseLink;
  private final Leases leases;
  private final PgReads reads;
  private final PgAlarms alarms;
  private final PgInspection inspection;
  private final PgProjections projections;
  private final PgExpiry expiry;
  private final PgTopics topics;
  private final PgClock clock;
  private final List<PgLane> lanes = new CopyOnWriteArrayList<>();
  private volatile Runnable onRecords = () -> {};
  private @Nullable PgClaims claims;

  /**
   * @param options how to connect, with the schema as search path
   * @param pool for reads and what is rare; not closed by the store
   */
  public PgObjectStore(Vertx vertx, PgConnectOptions options, Pool pool) {
    this(vertx, options, pool, () -> 0);
  }

  /**
   * The same with a clock of its own for alarms and expiries.
   *
   * @param aheadMillis how far that is ahead of the database's
   */
  public PgObjectStore(Vertx vertx, PgConnectOptions options, Pool pool, LongSupplier aheadMillis) {
    this.vertx = vertx;
    this.options = options;
    this.pool = pool;
    this.leaseLink = new Link(vertx, PgSessions.forLeases(options), Deadline.LEASE);
    this.leases = new Leases(leaseLink, pool);
    this.clock = new PgClock(aheadMillis);
    this.reads = new PgReads(pool, clock);
    this.alarms = new PgAlarms(pool, clock);
    this.inspection = new PgInspection(pool);
    this.projections = new PgProjections(pool);
    this.expiry = new PgExpiry(pool, clock);
    this.topics = new PgTopics(pool);
  }

  @Override
  public Future<Void> register(String incarnation, String nodeId, String tag, Duration ttl) {
    return leases.register(incarnation, nodeId, tag, ttl);
  }

  @Override
  public Future<Boolean> renew(String incarnation, Duration ttl) {
    return leases.renew(incarnation, ttl);
  }

  @Override
  public Future<Void> drain(String incarnation) {
    return leases.drain(incarnation);
  }

  @Override
  public Future<List<String>> buryExpired(Duration grace) {
    return leases.buryExpired(grace);
  }

  @Override
  public Future<Void> bury(String incarnation) {
    return leases.bury(incarnation);
  }

  @Override
  public Future<List<ClaimResult>> claim(String incarnation, List<Claim> wanted) {
    return wanted.isEmpty()
        ? Future.succeededFuture(List.of())
        : claimsOf(incarnation)
            .claim(wanted)
            .recover(failure -> Future.failedFuture(told(failure)));
  }

  private Throwable told(Throwable failure) {
    WeftError error = SqlState.isDiskFull(failure) ? StorageErrors.of("object", failure) : null;
    if (error == null) {
      return failure;
    }
    Database.failed(pool, failure);
    return error.exception(failure);
  }

  /** The session bears the incarnation's name; a node that was buried comes with a new one. */
  private synchronized PgClaims claimsOf(String incarnation) {
    PgClaims known = claims;
    if (known != null && known.incarnation().equals(incarnation)) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    PgConnectOptions session = PgSessions.forObjects(options, incarnation, Deadline.CLAIM);
    PgClaims made =
        new PgClaims(vertx, new Link(vertx, session, Deadline.CLAIM), incarnation, clock);
    claims = made;
    return made;
  }

  @Override
  public Future<List<Boolean>> confirm(List<ObjectId> ids, List<Long> epochs) {
    return reads.confirm(ids, epochs);
  }

  @Override
  public Lane openLane(String incarnation, BooleanSupplier mayGoOn) {
    PgConnectOptions session = PgSessions.forObjects(options, incarnation, Deadline.REQUEST);
    Link link = new Link(vertx, session, Deadline.REQUEST);
    PgLane lane = new PgLane(vertx, link, incarnation, mayGoOn, new LaneListener());
    lanes.add(lane);
    return lane;
  }

  /** The database's health is that of its pool, which a lane does not use. */
  private final class LaneListener implements PgLane.Listener {
    @Override
    public void closed(PgLane lane) {
      lanes.remove(lane);
    }

    @Override
    public void records() {
      onRecords.run();
    }

    @Override
    public void full(Throwable failure) {
      Database.failed(pool, failure);
    }
  }

  @Override
  public Future<Found> read(ObjectId id, List<Key> keys) {
    return reads.read(id, keys);
  }

  @Override
  public Future<SortedMap<Key, byte[]>> range(ObjectId id, Range range) {
    return reads.range(id, range);
  }

  @Override
  public Future<Optional<WriteSet.Reply>> reply(ObjectId id, String requestId) {
    return reads.reply(id, requestId);
  }

  @Override
  public Future<List<DueAlarm>> takeDue(List<String> namespaces, Duration hold, int limit) {
    return alarms.takeDue(namespaces, hold, limit);
  }

  @Override
  public Future<Long> now() {
    return alarms.now();
  }

  @Override
  public void onRecords(Runnable listener) {
    onRecords = listener;
  }

  @Override
  public Future<Boolean> watch(
      ObjectId id, String incarnation, long epoch, String topic, String nodeId, long stamp) {
    return topics.watch(id, incarnation, epoch, topic, nodeId, stamp);
  }

  @Override
  public Future<Void> unwatch(String nodeId, List<WatchedTopic> watched) {
    return topics.unwatch(nodeId, watched);
  }

  @Override
  public Future<Void> unwatchAll(String nodeId) {
    return topics.unwatchAll(nodeId);
  }

  @Override
  public Future<List<String>> watchingNodes() {
    return topics.watchingNodes();
  }

  @Override
  public Future<ItemPage> items(ObjectId id, String topic, long after, int limit, long maxBytes) {
    return topics.items(id, topic, after, limit, maxBytes);
  }

  @Override
  public Future<List<TopicStanding>> standings(String nodeId, List<WatchedTopic> watched) {
    return topics.standings(nodeId, watched);
  }

  @Override
  public Future<List<ProjectionRow>> projections() {
    return projections.list();
  }

  @Override
  public Future<Boolean> rebuild(String projection) {
    return projections.rebuild(projection);
  }

  @Override
  public Future<List<ObjectId>> takeExpired(List<String> namespaces, Duration hold, int limit) {
    return expiry.take(namespaces, hold, limit);
  }

  @Override
  public Future<Boolean> isExpired(ObjectId id) {
    return expiry.isExpired(id);
  }

  @Override
  public Future<Boolean> deleteExpired(ObjectId id, String incarnation, long epoch) {
    return now().compose(now -> inspection.delete(id, incarnation, epoch, now));
  }

  @Override
  public Future<Integer> deleteExpiredKeys(int limit) {
    return now().compose(now -> expiry.deleteKeys(now, limit));
  }

  @Override
  public Future<Integer> tidy(Duration keepReplies) {
    return projections
        .tidy()
        .compose(left -> inspection.tidy(keepReplies).map(rows -> rows + left));
  }

  @Override
  public Future<List<ObjectRow>> list(
      String namespace, String namePrefix, @Nullable String afterHex, int limit) {
    return inspection.list(namespace, namePrefix, afterHex, limit);
  }

  @Override
  public Future<Optional<ObjectRow>> find(ObjectId id) {
    return inspection.find(id);
  }

  @Override
  public Future<List<EpochRow>> epochs(ObjectId id, int limit) {
    return inspection.epochs(id, limit);
  }

  @Override
  public Future<List<KeySize>> keys(ObjectId id, Range range) {
    return reads.keys(id, range);
  }

  @Override
  public Future<Map<String, WriteSet.AlarmRow>> alarms(ObjectId id) {
    return alarms.ofObject(id);
  }

  @Override
  public Future<Boolean> delete(ObjectId id, String incarnation, long epoch) {
    return inspection.delete(id, incarnation, epoch, 0);
  }

  @Override
  public Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>();
    lanes.forEach(lane -> closing.add(lane.close()));
    synchronized (this) {
      if (claims != null) {
        closing.add(claims.close());
      }
    }
    closing.add(leaseLink.close());
    return Future.join(closing).mapEmpty();
  }
}
