package dev.weft.durable.internal.store;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Claims, many at a time. One statement takes the objects; those that read follow on the same
 * connection without waiting for its answer. They must be statements of their own: a claim that
 * waited for the last commit of the owner before sees, itself, what was there when it began.
 */
final class PgClaims {
  /** Claims in one statement. */
  private static final int AT_ONCE = 128;

  private static final int TRIES = 8;
  private static final long PAUSE_MILLIS = 15;

  private static final int EPOCHS_KEPT = 16;

  // Sub-queries that yield one value are looked up row by row, never by reading a table whole. A
  // node that is not known any more has been dead for long. A version below 0 is that of an object
  // that was deleted: its row stays, so that its epochs go on.
  static final String TAKE =
      """
      WITH me AS (SELECT node_id FROM do_node WHERE incarnation = $1 AND state = 'ALIVE'),
      want AS (SELECT * FROM unnest($2::bytea[], $3::text[], $4::text[], $5::int[], $6::int[],
          $7::bool[]) AS w(id, namespace, name, slot, max_version, make)),
      taken AS (
        INSERT INTO do_object AS o
          (id, namespace, name, slot, owner, epoch, seq, version, last_turn_at)
        SELECT w.id, w.namespace, w.name, w.slot, $1, 1, 0, 0, now() FROM me, want w
        WHERE w.make OR (SELECT x.version >= 0 FROM do_object x WHERE x.id = w.id)
        ORDER BY w.id
        ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, epoch = o.epoch + 1,
          version = greatest(o.version, 0), name = coalesce(o.name, excluded.name)
        WHERE (o.owner IS NULL OR o.owner = excluded.owner OR (SELECT n.state = 'DEAD'
            FROM do_node n WHERE n.incarnation = o.owner) IS NOT FALSE)
          AND (SELECT o.version <= w.max_version AND (o.version >= 0 OR w.make)
            FROM want w WHERE w.id = o.id)
        RETURNING o.id, o.epoch),
      history AS (
        INSERT INTO do_epoch AS e (object_id, epoch, incarnation, node_id, since)
        SELECT t.id, t.epoch, $1, me.node_id, clock_timestamp() FROM taken t, me
        ON CONFLICT (object_id, epoch) DO UPDATE SET incarnation = excluded.incarnation,
          node_id = excluded.node_id, since = excluded.since),
      forgotten AS (
        DELETE FROM do_epoch e USING taken t
        WHERE e.object_id = t.id AND e.epoch <= t.epoch - %d)
      SELECT id, epoch FROM taken
      """
          .formatted(EPOCHS_KEPT);

  static final String OBJECTS =
      """
      SELECT w.id, (SELECT state FROM do_node WHERE incarnation = $2), o.owner, o.epoch, o.seq,
        o.version, o.name, n.node_id, n.state, n.expires_at < clock_timestamp()
      FROM unnest($1::bytea[]) AS w(id)
      LEFT JOIN do_object o ON o.id = w.id
      LEFT JOIN do_node n ON n.incarnation = o.owner
      """;

  // The size of a value is known without reading it; those beyond the bound are not read. The first
  // of them comes without its value: the sign that there is more.
  static final String ENTRIES =
      """
      SELECT o.id, kv.key, CASE WHEN kv.nth <= 256 AND kv.total <= 262144 THEN kv.value END,
        kv.expires_millis
      FROM unnest($1::bytea[]) AS w(id)
      JOIN do_object o ON o.id = w.id AND o.owner = $2
      CROSS JOIN LATERAL (
        SELECT s.key, s.value, s.expires_millis, s.size, row_number() OVER by_key AS nth,
          sum(s.size) OVER by_key AS total
        FROM (SELECT k.key, k.value, k.expires_millis,
            octet_length(k.key) + octet_length(k.value) AS size
          FROM do_kv k WHERE k.object_id = o.id AND %s ORDER BY k.key LIMIT 257) s
        WINDOW by_key AS (ORDER BY s.key ROWS UNBOUNDED PRECEDING)) kv
      WHERE kv.total - kv.size <= 262144
      """
          .formatted(PgReads.alive("k", "$3"));

  // Alarms, topics and watchers: what most objects have none of, in one statement.
  static final String EXTRAS =
      """
      SELECT o.id, x.kind, x.name, x.a, x.b, x.c, x.flag, x.node
      FROM unnest($1::bytea[]) AS w(id)
      JOIN do_object o ON o.id = w.id AND o.owner = $2
      CROSS JOIN LATERAL (
        SELECT 0 AS kind, a.name, a.due_millis AS a, a.scheduled_millis AS b,
          a.failures::bigint AS c, false AS flag, '' AS node
        FROM do_alarm a WHERE a.object_id = o.id
        UNION ALL
        SELECT 1, t.topic, t.sequence, t.total, t.epoch, t.ended, ''
        FROM do_topic t WHERE t.object_id = o.id
        UNION ALL
        SELECT 2, v.topic, v.stamp, 0, 0, false, v.node_id
        FROM do_watch v WHERE v.object_id = o.id) x
      """;

  private final Vertx vertx;
  private final Link link;
  private final String incarnation;
  private final PgClock clock;

  PgClaims(Vertx vertx, Link link, String incarnation, PgClock clock) {
    this.clock = clock;
    this.vertx = vertx;
    this.link = link;
    this.incarnation = incarnation;
  }

  String incarnation() {
    return incarnation;
  }

  Future<Void> close() {
    return link.close();
  }

  /** One result for each claim, in their order; the same for the same id. */
  Future<List<ClaimResult>> claim(List<Claim> claims) {
    TreeMap<ObjectId, Claim> distinct = new TreeMap<>();
    for (Claim claim : claims) {
      distinct.merge(
          claim.id(),
          claim,
          (a, b) ->
              new Claim(
                  a.id().name().isPresent() ? a.id() : b.id(),
                  a.create() || b.create(),
                  Math.max(a.maxVersion(), b.maxVersion())));
    }
    Map<ObjectId, ClaimResult> results = new HashMap<>();
    List<Claim> sorted = List.copyOf(distinct.values());
    Future<Void> all = Future.succeededFuture();
    for (int i = 0; i < sorted.size(); i += AT_ONCE) {
      List<Claim> some = sorted.subList(i, Math.min(i + AT_ONCE, sorted.size()));
      all = all.compose(any -> take(some, results, 0));
    }
    return all.map(
        any -> {
          List<ClaimResult> inOrder = new ArrayList<>(claims.size());
          for (Claim claim : claims) {
            inOrder.add(results.getOrDefault(claim.id(), new ClaimResult.NodeDead()));
          }
          return inOrder;
        });
  }

  private Future<Void> take(List<Claim> claims, Map<ObjectId, ClaimResult> results, int tries) {
    return link.connection()
        .compose(
            connection -> {
              Buffer[] ids = Params.ids(claims.stream().map(Claim::id).toList());
              Tuple readParameters = Tuple.of(ids, incarnation);
              Future<RowSet<Row>> taken = link.execute(connection, TAKE, parameters(claims, ids));
              Future<RowSet<Row>> entries =
                  link.execute(
                      connection, ENTRIES, Tuple.of(ids, incarnation, clock.aheadMillis()));
              Future<RowSet<Row>> extras = link.execute(connection, EXTRAS, readParameters);
              // Last: an object that is still ours at this epoch was so while the rest was read.
              Future<RowSet<Row>> objects = link.execute(connection, OBJECTS, readParameters);
              return Future.join(taken, objects, entries, extras)
                  .map(
                      any ->
                          judge(
                              claims,
                              results,
                              taken.result(),
                              objects.result(),
                              entries.result(),
                              extras.result()));
            })
        .recover(
            failure ->
                // Claiming twice does no harm: the second time it is ours, at a later epoch. A full
                // disk is told at once: there may be no room for hours.
                tries < TRIES && SqlState.mayPass(failure) && !SqlState.isDiskFull(failure)
                    ? Future.succeededFuture(claims)
                    : Future.failedFuture(failure))
        .compose(
            open -> {
              if (open.isEmpty()) {
                return Future.succeededFuture();
              }
              if (tries >= TRIES) {
                return Future.failedFuture(
                    WeftError.of(
                            "object",
                            Reason.BUSY,
                            "The object changes its owner again and again; try again.")
                        .exception());
              }
              return vertx
                  .timer(PAUSE_MILLIS << Math.min(tries, 4))
                  .compose(any -> take(open, results, tries + 1));
            });
  }

  private Tuple parameters(List<Claim> claims, Buffer[] ids) {
    int count = claims.size();
    String[] namespaces = new String[count];
    @Nullable String[] names = new @Nullable String[count];
    Integer[] slots = new Integer[count];
    Integer[] versions = new Integer[count];
    Boolean[] makes = new Boolean[count];
    for (int i = 0; i < count; i++) {
      Claim claim = claims.get(i);
      namespaces[i] = claim.id().namespace();
      names[i] = claim.id().name().orElse(null);
      slots[i] = claim.id().slot();
      versions[i] = claim.maxVersion();
      makes[i] = claim.create();
    }
    return Tuple.of(incarnation, ids, namespaces, names, slots, versions).addValue(makes);
  }

  /** Fills in results; answers the claims to be tried again. */
  private List<Claim> judge(
      List<Claim> claims,
      Map<ObjectId, ClaimResult> results,
      RowSet<Row> takenRows,
      RowSet<Row> objectRows,
      RowSet<Row> entryRows,
      RowSet<Row> extraRows) {
    Map<Buffer, Long> epochs = new HashMap<>();
    takenRows.forEach(row -> epochs.put(row.getBuffer(0), row.getLong(1)));
    Map<Buffer, Row> objects = new HashMap<>();
    objectRows.forEach(row -> objects.put(row.getBuffer(0), row));
    Map<Buffer, Entries> entries = new HashMap<>();
    for (Row row : entryRows) {
      entries.computeIfAbsent(row.getBuffer(0), id -> new Entries()).add(row);
    }
    Map<Buffer, Extras> extras = new HashMap<>();
    for (Row row : extraRows) {
      extras.computeIfAbsent(row.getBuffer(0), id -> new Extras()).add(row);
    }
    List<Claim> open = new ArrayList<>();
    for (Claim claim : claims) {
      Buffer id = Params.id(claim.id());
      Row row = objects.get(id);
      Long epoch = epochs.get(id);
      if (row == null) {
        open.add(claim);
      } else if (epoch != null && epoch.equals(row.getLong(3)) && isMine(row)) {
        Entries kept = entries.getOrDefault(id, new Entries());
        Extras more = extras.getOrDefault(id, new Extras());
        results.put(
            claim.id(),
            new ClaimResult.Claimed(
                epoch,
                row.getLong(4),
                row.getInteger(5),
                row.getString(6),
                Collections.unmodifiableSortedMap(kept.values),
                kept.complete,
                kept.expiries,
                more.alarms,
                more.watched()));
      } else {
        ClaimResult refusal = refusal(claim, row);
        if (refusal == null) {
          open.add(claim);
        } else {
          results.put(claim.id(), refusal);
        }
      }
    }
    return open;
  }

  private boolean isMine(Row row) {
    return incarnation.equals(row.getString(2));
  }

  /** Why an object was not taken; null when the reason is gone by now. */
  private @Nullable ClaimResult refusal(Claim claim, Row row) {
    if (!"ALIVE".equals(row.getString(1))) {
      return new ClaimResult.NodeDead();
    }
    if (row.getLong(3) == null || row.getInteger(5) < 0) {
      return claim.create() ? null : new ClaimResult.Absent();
    }
    String owner = row.getString(2);
    String ownerState = row.getString(8);
    if (owner != null && !isMine(row) && ownerState != null && !ownerState.equals("DEAD")) {
      return new ClaimResult.Owned(owner, row.getString(7), stateOf(ownerState, row));
    }
    int version = row.getInteger(5);
    return version > claim.maxVersion() ? new ClaimResult.TooNew(version) : null;
  }

  private static OwnerState stateOf(String state, Row row) {
    if (row.getBoolean(9)) {
      return OwnerState.EXPIRED;
    }
    return state.equals("DRAINING") ? OwnerState.LEAVES : OwnerState.STAYS;
  }

  private static final class Entries {
    final TreeMap<Key, byte[]> values = new TreeMap<>();
    final Map<Key, Long> expiries = new HashMap<>(0);
    boolean complete = true;

    void add(Row row) {
      Buffer value = row.getBuffer(2);
      if (value == null) {
        complete = false;
      } else {
        Key key = Params.key(row, 1);
        values.put(key, value.getBytes());
        if (row.getLong(3) != null) {
          expiries.put(key, row.getLong(3));
        }
      }
    }
  }

  /** What came of {@link #EXTRAS} for one object. */
  private static final class Extras {
    final Map<String, WriteSet.AlarmRow> alarms = new HashMap<>(0);
    private final Map<String, TopicRows.TopicRow> topics = new HashMap<>(0);
    private final List<TopicRows.WatchRow> watchers = new ArrayList<>(0);

    void add(Row row) {
      String name = row.getString(2);
      switch (row.getInteger(1)) {
        case 0 ->
            alarms.put(
                name,
                new WriteSet.AlarmRow(row.getLong(3), row.getLong(4), row.getLong(5).intValue()));
        case 1 ->
            topics.put(
                name,
                new TopicRows.TopicRow(
                    row.getLong(3), row.getLong(4), row.getLong(5), row.getBoolean(6)));
        default -> watchers.add(new TopicRows.WatchRow(name, row.getString(7), row.getLong(3)));
      }
    }

    TopicRows.Watched watched() {
      return topics.isEmpty() && watchers.isEmpty()
          ? TopicRows.Watched.NOTHING
          : new TopicRows.Watched(topics, watchers);
    }
  }
}
