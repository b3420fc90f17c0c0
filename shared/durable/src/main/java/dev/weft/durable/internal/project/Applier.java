package dev.weft.durable.internal.project;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Projector;
import dev.weft.durable.Projector.Batch;
import dev.weft.durable.Projector.Change;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.WriteSet;
import dev.weft.postgres.Deadline;
import dev.weft.postgres.SqlState;
import dev.weft.postgres.Transactions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the records of a stream. One transaction takes a batch out of the outbox, has it applied
 * and commits: whatever becomes of the node meanwhile, either both have happened or neither. An
 * advisory lock lets one node work on a stream at a time; the deletion of the rows alone would keep
 * a second one from applying them again.
 *
 * <p>When a batch cannot be applied it is halved by objects, then one object's records are applied
 * one by one, until the one at fault is found. Its object is put on hold: what else it has waits
 * beside the queue, and is tried again after a pause that doubles up to five minutes.
 *
 * <p>Straight code: for a virtual thread, one at a time.
 */
final class Applier<R> {
  private static final Logger log = LoggerFactory.getLogger(Applier.class);

  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 8 << 20;
  private static final int HELD_BATCH = 100;
  private static final int HELD_OBJECTS = 50;
  private static final int MAX_ERROR = 500;

  private static final String STATEMENT_MILLIS =
      Long.toString(Deadline.REQUEST.statement().toMillis());

  /** SQLSTATE of a statement that took too long. */
  private static final String CANCELLED = "57014";

  private static final String S = ObjectStore.SCHEMA + ".";

  // A node that is stopped within its transaction must not keep the others out for good.
  private static final String LOCK =
      "SELECT pg_try_advisory_xact_lock($1::int, $2::int),"
          + " set_config('statement_timeout', $3::text, true),"
          + " set_config('idle_in_transaction_session_timeout', '30000', true)";

  private static final String STATE =
      "SELECT p.state = 'BUILDING', p.asked_all, EXISTS (SELECT 1 FROM "
          + S
          + "do_outbox_hold h WHERE h.stream = p.stream) FROM "
          + S
          + "do_projection p WHERE p.stream = $1 AND p.state <> 'DEAD'";

  private static final String HELD =
      " AND NOT EXISTS (SELECT 1 FROM "
          + S
          + "do_outbox_hold h WHERE h.stream = o.stream AND h.object_id = o.object_id)";

  private static final String OF_OBJECTS = " AND o.object_id = ANY($5::bytea[])";

  // What a hold keeps back is moved aside, so that it is not looked at again and again.
  private static final String SET_ASIDE =
      "WITH head AS MATERIALIZED (SELECT o.position, o.object_id FROM "
          + S
          + "do_outbox o WHERE o.stream = $1 AND NOT o.held ORDER BY o.position LIMIT $2)"
          + " UPDATE "
          + S
          + "do_outbox o SET held = true FROM head w WHERE o.stream = $1 AND NOT o.held"
          + " AND o.position = w.position AND w.object_id IN (SELECT h.object_id FROM "
          + S
          + "do_outbox_hold h WHERE h.stream = $1)";

  private static final String DUE =
      "SELECT object_id FROM "
          + S
          + "do_outbox_hold WHERE stream = $1 AND retry_at <= now() ORDER BY retry_at LIMIT $2";

  private static final String HOLD =
      "INSERT INTO "
          + S
          + "do_outbox_hold AS h (stream, object_id, failures, retry_at, error)"
          + " VALUES ($1, $2, 1, now() + interval '1 second', $3)"
          + " ON CONFLICT (stream, object_id) DO UPDATE SET failures = h.failures + 1,"
          + " retry_at = now() + make_interval(secs => least(300, 2 ^ least(h.failures, 10))),"
          + " error = excluded.error RETURNING failures";

  private static final String LET_GO =
      "DELETE FROM " + S + "do_outbox_hold WHERE stream = $1 AND object_id = $2";

  private static final String SEEN =
      "SELECT object_id, snapshot FROM "
          + S
          + "do_projected WHERE stream = $1 AND object_id = ANY($2::bytea[])"
          + " AND snapshot IS NOT NULL";

  private static final String PASSED =
      "INSERT INTO "
          + S
          + "do_projected (stream, object_id, passed)"
          + " SELECT $1::int, w.id, w.position FROM unnest($2::bytea[], $3::bigint[])"
          + " AS w(id, position) ON CONFLICT (stream, object_id)"
          + " DO UPDATE SET passed = excluded.passed";

  private static final String BEGUN =
      "INSERT INTO "
          + S
          + "do_projected AS d (stream, object_id, snapshot)"
          + " SELECT $1::int, w.id, w.snapshot FROM unnest($2::bytea[], $3::bigint[])"
          + " AS w(id, snapshot) ON CONFLICT (stream, object_id)"
          + " DO UPDATE SET snapshot = excluded.snapshot WHERE d.snapshot IS NULL";

  private static final String WANTED =
      "SELECT EXISTS (SELECT 1 FROM " + S + "do_projected WHERE stream = $1 AND snapshot IS NULL)";

  private final Projector<R> projector;
  private final Records<R> records;
  private final Builds builds;
  private final ProjectorMetrics metrics;
  private int count;

  Applier(Projector<R> projector, Builds builds, ProjectorMetrics metrics) {
    this.projector = projector;
    this.records = new Records<>(projector.projection());
    this.builds = builds;
    this.metrics = metrics;
  }

  /** What became of an attempt. */
  enum Result {
    /** Nothing was left to be done. */
    DONE,
    /** There may be more. */
    MORE,
    /** Another node is at work. */
    BUSY
  }

  /**
   * What an attempt is to take.
   *
   * @param objects records of these alone; null for all
   * @param last position up to which
   */
  private record Scope(@Nullable List<ObjectId> objects, long last, int limit) {
    static final Scope ALL = new Scope(null, Long.MAX_VALUE, BATCH);
  }

  /** A batch that could not be applied, and never will be as it is. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final transient List<OutboxRow> rows;

    Refused(List<OutboxRow> rows, Throwable cause) {
      super(cause);
      this.rows = rows;
    }
  }

  /** Applies what there is; throws what may pass, such as the loss of a connection. */
  Result run(ProjectionStream stream) {
    if (stream.due()) {
      retry(stream);
    }
    Result result;
    do {
      result = once(stream);
    } while (result == Result.MORE);
    return result;
  }

  private Result once(ProjectionStream stream) {
    try {
      return attempt(stream, Scope.ALL);
    } catch (Refused refused) {
      return isolate(stream, refused);
    }
  }

  /** Applies what can be applied of a batch that was refused. */
  private Result isolate(ProjectionStream stream, Refused refused) {
    List<OutboxRow> rows = refused.rows;
    LinkedHashSet<ObjectId> distinct = new LinkedHashSet<>();
    rows.forEach(row -> distinct.add(row.object()));
    List<ObjectId> objects = List.copyOf(distinct);
    long last = rows.getLast().position();
    if (objects.size() == 1) {
      return oneByOne(stream, objects.getFirst(), last);
    }
    int half = objects.size() / 2;
    for (List<ObjectId> part :
        List.of(objects.subList(0, half), objects.subList(half, objects.size()))) {
      try {
        if (attempt(stream, new Scope(part, last, BATCH)) == Result.BUSY) {
          return Result.BUSY;
        }
      } catch (Refused again) {
        if (isolate(stream, again) == Result.BUSY) {
          return Result.BUSY;
        }
      }
    }
    return Result.MORE;
  }

  private Result oneByOne(ProjectionStream stream, ObjectId object, long last) {
    Scope next = new Scope(List.of(object), last, 1);
    try {
      Result result;
      do {
        result = attempt(stream, next);
      } while (result == Result.MORE);
      return result == Result.BUSY ? result : Result.MORE;
    } catch (Refused refused) {
      hold(stream, object, refused.getCause());
      return Result.MORE;
    }
  }

  private void hold(ProjectionStream stream, ObjectId object, @Nullable Throwable cause) {
    String error = String.valueOf(cause);
    RowSet<Row> held =
        projector
            .pool()
            .preparedQuery(HOLD)
            .execute(
                Tuple.of(
                    stream.number(),
                    Buffer.buffer(object.bytes()),
                    error.substring(0, Math.min(error.length(), MAX_ERROR)).replace('\0', ' ')))
            .await();
    metrics.failed();
    log.atWarn()
        .addKeyValue("projection", projector.projection().name())
        .addKeyValue("object", object)
        .addKeyValue("failures", held.iterator().next().getInteger(0))
        .setCause(cause)
        .log("A record cannot be applied; what else its object has waits for it");
  }

  // ---- objects on hold

  private void retry(ProjectionStream stream) {
    RowSet<Row> due =
        projector
            .pool()
            .preparedQuery(DUE)
            .execute(Tuple.of(stream.number(), (long) HELD_OBJECTS))
            .await();
    for (Row row : due) {
      ObjectId object =
          OutboxRow.id(projector.projection().namespace().name(), row.getBuffer(0), null);
      try {
        // The one at fault first, alone.
        Result result = attemptHeld(stream, object, 1);
        while (result == Result.MORE) {
          result = attemptHeld(stream, object, HELD_BATCH);
        }
      } catch (Refused refused) {
        hold(stream, object, refused.getCause());
      }
    }
  }

  private Result attemptHeld(ProjectionStream stream, ObjectId object, int limit) {
    Buffer id = Buffer.buffer(object.bytes());
    String take = take("o.held AND o.object_id = $4");
    return transaction(
        stream,
        (connection, state) -> {
          List<OutboxRow> rows =
              rows(connection, take, Tuple.of(stream.number(), (long) limit, BATCH_BYTES, id));
          if (!rows.isEmpty()) {
            apply(connection, stream, state, rows);
          }
          if (rows.size() == limit || !fits(rows)) {
            return Result.MORE;
          }
          connection.preparedQuery(LET_GO).execute(Tuple.of(stream.number(), id)).await();
          return Result.DONE;
        });
  }

  // ---- one transaction

  /** What the stream is like under the lock. */
  private record State(boolean building, boolean askedAll, boolean holds) {}

  private interface Work {
    Result run(SqlConnection connection, State state);
  }

  private Result attempt(ProjectionStream stream, Scope scope) {
    return transaction(
        stream,
        (connection, state) -> {
          int number = stream.number();
          if (state.holds() && scope.objects() == null) {
            connection.preparedQuery(SET_ASIDE).execute(Tuple.of(number, (long) BATCH)).await();
          }
          String filter =
              "NOT o.held AND o.position <= $4"
                  + (scope.objects() == null ? "" : OF_OBJECTS)
                  + (state.holds() ? HELD : "");
          Tuple parameters = Tuple.of(number, (long) scope.limit(), BATCH_BYTES, scope.last());
          List<ObjectId> objects = scope.objects();
          if (objects != null) {
            parameters.addValue(ids(objects));
          }
          List<OutboxRow> rows = rows(connection, take(filter), parameters);
          if (!rows.isEmpty()) {
            apply(connection, stream, state, rows);
          }
          boolean all = scope.objects() == null && rows.size() < scope.limit() && fits(rows);
          if (all && state.building() && state.askedAll() && !isWanted(connection, stream)) {
            builds.complete(connection, stream.number());
          }
          return all || rows.isEmpty() ? Result.DONE : Result.MORE;
        });
  }

  /** Whether nothing was left behind because of its size. */
  private static boolean fits(List<OutboxRow> rows) {
    return rows.stream().mapToLong(row -> row.record().length).sum() < BATCH_BYTES;
  }

  private static boolean isWanted(SqlConnection connection, ProjectionStream stream) {
    return connection
        .preparedQuery(WANTED)
        .execute(Tuple.of(stream.number()))
        .await()
        .iterator()
        .next()
        .getBoolean(0);
  }

  private Result transaction(ProjectionStream stream, Work work) {
    Result result =
        Transactions.run(
            projector.pool(),
            connection -> {
              count = 0;
              State state = enter(connection, stream);
              return state == null ? Result.BUSY : work.run(connection, state);
            });
    metrics.applied(count);
    return result;
  }

  /** Takes the lock; null when another has it, or the stream is gone. */
  private static @Nullable State enter(SqlConnection connection, ProjectionStream stream) {
    Future<RowSet<Row>> lock =
        connection
            .preparedQuery(LOCK)
            .execute(Tuple.of(ProjectionStream.LOCK_CLASS, stream.number(), STATEMENT_MILLIS));
    // A statement of its own: it is to see what the holder of the lock before has committed.
    Future<RowSet<Row>> asked = connection.preparedQuery(STATE).execute(Tuple.of(stream.number()));
    boolean ours = lock.await().iterator().next().getBoolean(0);
    for (Row row : asked.await()) {
      if (ours) {
        return new State(row.getBoolean(0), row.getBoolean(1), row.getBoolean(2));
      }
    }
    return null;
  }

  /** Takes records: parameters are the stream, a number of records, of bytes, and the filter's. */
  private static String take(String filter) {
    return "WITH head AS MATERIALIZED (SELECT o.position, octet_length(o.record) AS size FROM "
        + S
        + "do_outbox o WHERE o.stream = $1 AND "
        + filter
        + " ORDER BY o.position LIMIT $2),"
        + " next AS MATERIALIZED (SELECT s.position FROM (SELECT h.position,"
        + " sum(h.size) OVER (ORDER BY h.position) - h.size AS before FROM head h) s"
        + " WHERE s.before < $3::bigint),"
        + " gone AS (DELETE FROM "
        + S
        + "do_outbox o USING next n WHERE o.stream = $1 AND o.position = n.position"
        + (filter.startsWith("NOT") ? " AND NOT o.held" : " AND o.held AND o.object_id = $4")
        + " RETURNING o.position, o.kind, o.snapshot, o.object_id, o.record)"
        + " SELECT g.position, g.kind, g.snapshot, g.object_id, g.record, b.name FROM gone g"
        + " LEFT JOIN "
        + S
        + "do_object b ON b.id = g.object_id ORDER BY g.position";
  }

  private List<OutboxRow> rows(SqlConnection connection, String take, Tuple parameters) {
    String namespace = projector.projection().namespace().name();
    List<OutboxRow> rows = new ArrayList<>();
    for (Row row : connection.preparedQuery(take).execute(parameters).await()) {
      rows.add(OutboxRow.of(row, namespace));
    }
    return rows;
  }

  private void apply(
      SqlConnection connection, ProjectionStream stream, State state, List<OutboxRow> rows) {
    try {
      List<Change<R>> changes = changes(connection, stream, state.building(), rows);
      if (!changes.isEmpty()) {
        projector
            .handler()
            .apply(connection, new Taken<>(projector, stream, state.building(), changes));
      }
      count += changes.size();
    } catch (OutOfMemoryError fatal) {
      throw fatal;
    } catch (Throwable e) {
      if (e instanceof RuntimeException failure && isPassing(failure)) {
        throw failure;
      }
      throw new Refused(rows, e);
    }
  }

  /** Whether it is the database's trouble and not the record's, which may take too long itself. */
  private static boolean isPassing(RuntimeException failure) {
    Throwable cause = SqlState.cause(failure);
    return cause instanceof ClosedConnectionException
        || cause instanceof PgException
            && !SqlState.of(failure).equals(CANCELLED)
            && SqlState.mayPass(failure);
  }

  /**
   * What the handler is to be given. While tables are built, an object's records count from where
   * it was asked for what it has: those before are contained in that.
   */
  private List<Change<R>> changes(
      SqlConnection connection, ProjectionStream stream, boolean building, List<OutboxRow> rows) {
    Map<ObjectId, Long> seen = Map.of();
    if (building || rows.stream().anyMatch(row -> row.snapshot() != 0)) {
      seen = seen(connection, stream, rows);
    }
    Map<ObjectId, Long> begun = new LinkedHashMap<>();
    Map<ObjectId, Long> passed = new LinkedHashMap<>();
    List<Change<R>> changes = new ArrayList<>(rows.size());
    for (OutboxRow row : rows) {
      ObjectId object = row.object();
      Long told = begun.containsKey(object) ? begun.get(object) : seen.get(object);
      boolean counts = !building || told != null;
      switch (row.kind()) {
        case WriteSet.OutboxRecord.BEGIN -> {
          if (building && told == null) {
            begun.put(object, row.snapshot());
          }
        }
        case WriteSet.OutboxRecord.DELETED -> {
          if (counts) {
            changes.add(new Change<>(object, row.position(), null));
          } else {
            // It has nothing in the tables, and what follows is of an object made anew.
            begun.put(object, 0L);
          }
        }
        default -> {
          boolean takes = row.snapshot() == 0 ? counts : told != null && told == row.snapshot();
          if (takes) {
            changes.add(new Change<>(object, row.position(), records.decode(row.record())));
          } else if (row.snapshot() == 0) {
            passed.put(object, row.position());
          }
        }
      }
    }
    note(connection, PASSED, stream, passed);
    note(connection, BEGUN, stream, begun);
    return changes;
  }

  private static Map<ObjectId, Long> seen(
      SqlConnection connection, ProjectionStream stream, List<OutboxRow> rows) {
    Map<Buffer, ObjectId> objects = new LinkedHashMap<>();
    rows.forEach(row -> objects.put(Buffer.buffer(row.object().bytes()), row.object()));
    Map<ObjectId, Long> seen = new LinkedHashMap<>();
    for (Row row :
        connection
            .preparedQuery(SEEN)
            .execute(Tuple.of(stream.number()).addValue(ids(objects.values())))
            .await()) {
      ObjectId object = objects.get(row.getBuffer(0));
      if (object != null) {
        seen.put(object, row.getLong(1));
      }
    }
    return seen;
  }

  private static void note(
      SqlConnection connection, String sql, ProjectionStream stream, Map<ObjectId, Long> numbers) {
    if (!numbers.isEmpty()) {
      connection
          .preparedQuery(sql)
          .execute(
              Tuple.of(
                  stream.number(), ids(numbers.keySet()), numbers.values().toArray(Long[]::new)))
          .await();
    }
  }

  private static Buffer[] ids(Collection<ObjectId> objects) {
    return objects.stream().map(each -> Buffer.buffer(each.bytes())).toArray(Buffer[]::new);
  }

  /** What the handler is given. */
  private record Taken<R>(
      Projector<R> projector, ProjectionStream stream, boolean building, List<Change<R>> changes)
      implements Batch<R> {
    @Override
    public String table(String name) {
      if (!projector.tables().contains(name)) {
        throw new IllegalArgumentException(
            "The projector of " + projector.projection().name() + " has no table '" + name + "'.");
      }
      return building ? ProjectionStream.tableOf(name, stream.number()) : name;
    }
  }
}
