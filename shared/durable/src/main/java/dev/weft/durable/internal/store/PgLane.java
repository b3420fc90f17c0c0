package dev.weft.durable.internal.store;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.postgres.SqlState;
import dev.weft.postgres.StorageErrors;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A lane on one connection. An answer that was lost needs no special care: the batch is sent again.
 * If the first sending took effect, the sequence does not match any more and reading it back tells
 * so; if it is still running, the lock of the row makes the second wait for it.
 */
final class PgLane implements ObjectStore.Lane {
  private static final Logger log = LoggerFactory.getLogger(PgLane.class);

  private static final String LOOK_BACK =
      "SELECT o.id, o.owner, o.epoch, o.seq FROM unnest($1::bytea[]) AS w(id)"
          + " JOIN do_object o ON o.id = w.id";

  private static final long WATCH_MILLIS = 100;
  private static final long SHORT_PAUSE_MILLIS = 5;
  private static final long LONG_PAUSE_MILLIS = 200;

  /** One line in about four seconds. */
  private static final int TRIES_BETWEEN_LINES = 32;

  /** Connections lost one after the other by the same batch before it is suspected itself. */
  private static final int SUSPICIOUS_LOSSES = 3;

  private final Vertx vertx;
  private final Link link;
  private final String incarnation;
  private final BooleanSupplier mayGoOn;
  private final Listener listener;
  private volatile @Nullable Batch current;
  private volatile boolean closed;
  private long watch = -1;

  PgLane(Vertx vertx, Link link, String incarnation, BooleanSupplier mayGoOn, Listener listener) {
    this.listener = listener;
    this.vertx = vertx;
    this.link = link;
    this.incarnation = incarnation;
    this.mayGoOn = mayGoOn;
    link.context().runOnContext(any -> watch = vertx.setPeriodic(WATCH_MILLIS, tick -> watch()));
  }

  /** Learns what happens on a lane. Must not block. */
  interface Listener {
    void closed(PgLane lane);

    /** Records for projections were committed. */
    void records();

    /** The disk of the database is full. */
    void full(Throwable failure);
  }

  /** A batch on its way. */
  private static final class Batch {
    final List<Commit> commits;
    final Map<ObjectId, CommitResult> results = new ConcurrentHashMap<>();
    final Promise<List<CommitResult>> answer = Promise.promise();

    /** Whether a sending was not answered, and so may have taken effect unseen. */
    volatile boolean mayHaveArrived;

    Batch(List<Commit> commits) {
      this.commits = commits;
    }

    /** Answers; what has no result by now is unknown. */
    void finish() {
      List<CommitResult> all = new ArrayList<>(commits.size());
      for (Commit commit : commits) {
        all.add(results.getOrDefault(commit.id(), new CommitResult.Unknown()));
      }
      answer.tryComplete(all);
    }
  }

  @Override
  public Future<List<CommitResult>> commit(List<Commit> commits) {
    Batch batch = new Batch(List.copyOf(commits));
    if (commits.isEmpty() || !goesOn()) {
      batch.finish();
      return batch.answer.future();
    }
    current = batch;
    List<Commit> sorted = batch.commits.stream().sorted(Comparator.comparing(Commit::id)).toList();
    send(batch, sorted, 0, 0)
        .onComplete(
            done -> {
              if (done.failed()) {
                log.atError().setCause(done.cause()).log("A commit ended with a fault of its own");
              }
              batch.finish();
            });
    return batch.answer.future();
  }

  private boolean goesOn() {
    return !closed && mayGoOn.getAsBoolean();
  }

  /** Nobody may wait for the database once the lease is over. */
  private void watch() {
    Batch batch = current;
    if (batch != null && !batch.answer.future().isComplete() && !goesOn()) {
      link.drop();
      batch.finish();
    }
  }

  /**
   * @param tries sendings before this one
   * @param losses connections that these lost, one after the other
   */
  private Future<Void> send(Batch batch, List<Commit> commits, int tries, int losses) {
    if (!goesOn()) {
      return Future.succeededFuture();
    }
    return link.connection()
        .transform(
            connected -> {
              if (connected.failed()) {
                return pause(tries).compose(any -> send(batch, commits, tries + 1, losses));
              }
              if (!goesOn()) {
                return Future.succeededFuture();
              }
              CommitStatement statement = new CommitStatement(commits);
              return link.execute(
                      connected.result(), statement.text(), statement.parameters(incarnation))
                  .transform(answer -> settle(batch, commits, tries, losses, answer));
            });
  }

  private Future<Void> settle(
      Batch batch, List<Commit> commits, int tries, int losses, AsyncResult<RowSet<Row>> answer) {
    if (answer.succeeded()) {
      if (commits.stream().anyMatch(commit -> !commit.writes().records().isEmpty())) {
        listener.records();
      }
      return sort(batch, commits, tries, answer.result());
    }
    Throwable failure = answer.cause();
    if (SqlState.isDiskFull(failure)) {
      listener.full(failure);
      diskFull(batch, commits, failure);
      return Future.succeededFuture();
    }
    SqlState.Kind kind = SqlState.kindOf(failure);
    if (kind == SqlState.Kind.LOST) {
      batch.mayHaveArrived = true;
    }
    if (kind == SqlState.Kind.LASTING
        || (kind == SqlState.Kind.LOST && losses + 1 >= SUSPICIOUS_LOSSES && commits.size() > 1)) {
      return narrow(batch, commits, failure);
    }
    log.atLevel(tries % TRIES_BETWEEN_LINES == TRIES_BETWEEN_LINES - 1 ? Level.WARN : Level.DEBUG)
        .addKeyValue("objects", commits.size())
        .addKeyValue("tries", tries + 1)
        .log("Committing again: {}", failure.getMessage());
    int lost = kind == SqlState.Kind.LOST ? losses + 1 : 0;
    return pause(tries).compose(any -> send(batch, commits, tries + 1, lost));
  }

  /**
   * Whoever waits is told at once: there may be no room for hours. A sending before this one that
   * was not answered may have taken effect; then nothing is known.
   */
  private static void diskFull(Batch batch, List<Commit> commits, Throwable failure) {
    WeftError full = StorageErrors.of("object", failure);
    if (full != null && !batch.mayHaveArrived) {
      commits.forEach(commit -> batch.results.put(commit.id(), new CommitResult.Refused(full)));
    }
  }

  /** Tells apart which were committed and which were not. */
  private Future<Void> sort(Batch batch, List<Commit> commits, int tries, RowSet<Row> passed) {
    if (passed.size() == commits.size()) {
      commits.forEach(commit -> batch.results.put(commit.id(), new CommitResult.Committed()));
      return Future.succeededFuture();
    }
    Set<Buffer> ids = new HashSet<>();
    passed.forEach(row -> ids.add(row.getBuffer(0)));
    List<Commit> open = new ArrayList<>();
    for (Commit commit : commits) {
      if (ids.contains(Params.id(commit.id()))) {
        batch.results.put(commit.id(), new CommitResult.Committed());
      } else {
        open.add(commit);
      }
    }
    return lookBack(batch, open, tries);
  }

  /** Halves a batch that the database refuses, until the object at fault is alone. */
  private Future<Void> narrow(Batch batch, List<Commit> commits, Throwable failure) {
    if (commits.size() == 1) {
      ObjectId id = commits.getFirst().id();
      log.atWarn()
          .addKeyValue("object", id)
          .addKeyValue("sqlState", SqlState.of(failure))
          .log("The database refuses an object's commit");
      batch.results.put(id, new CommitResult.Refused(refusal(failure)));
      return Future.succeededFuture();
    }
    int half = commits.size() / 2;
    return send(batch, commits.subList(0, half), 0, 0)
        .compose(any -> send(batch, commits.subList(half, commits.size()), 0, 0));
  }

  /**
   * The error of an object whose commit the database refuses. Its own text is left out: it may
   * quote what was to be stored.
   */
  private static WeftError refusal(Throwable failure) {
    String state = SqlState.of(failure);
    if (state.startsWith("54")) {
      return WeftError.of(
          "object:storage",
          Reason.TOO_LARGE,
          "The database refuses what the object stores: a key or value is too long.");
    }
    return WeftError.of(
        "object:storage",
        Reason.INTERNAL,
        "The database refuses what the object stores (SQLSTATE " + state + ").");
  }

  /** Finds out whether commits that did not match had arrived before, or lost their object. */
  private Future<Void> lookBack(Batch batch, List<Commit> open, int tries) {
    if (!goesOn()) {
      return Future.succeededFuture();
    }
    Buffer[] ids = Params.ids(open.stream().map(Commit::id).toList());
    return link.execute(LOOK_BACK, Tuple.of(ids))
        .transform(
            answer -> {
              if (answer.failed()) {
                return pause(tries).compose(any -> lookBack(batch, open, tries + 1));
              }
              Map<Buffer, Row> rows = new HashMap<>();
              answer.result().forEach(row -> rows.put(row.getBuffer(0), row));
              List<Commit> missing = new ArrayList<>();
              for (Commit commit : open) {
                judge(batch, commit, rows.get(Params.id(commit.id())), missing);
              }
              return missing.isEmpty()
                  ? Future.succeededFuture()
                  : pause(tries).compose(any -> send(batch, missing, tries + 1, 0));
            });
  }

  private void judge(Batch batch, Commit commit, @Nullable Row row, List<Commit> missing) {
    CommitResult result;
    if (row != null && row.getLong(2) == commit.epoch() && isOurs(commit, row.getString(1))) {
      if (row.getLong(3) == commit.seq()) {
        missing.add(commit);
        return;
      }
      result =
          row.getLong(3) == commit.seq() + 1
              ? new CommitResult.Committed()
              : new CommitResult.Fenced();
    } else if (batch.mayHaveArrived && (row == null || row.getLong(3) > commit.seq())) {
      // Somebody owned it after us; whether our commit is among those it counts cannot be told.
      result = new CommitResult.Unknown();
    } else {
      result = new CommitResult.Fenced();
    }
    batch.results.put(commit.id(), result);
  }

  private boolean isOurs(Commit commit, @Nullable String owner) {
    return incarnation.equals(owner) || (owner == null && commit.writes().release());
  }

  private Future<Void> pause(int tries) {
    long longest = Math.min(SHORT_PAUSE_MILLIS << Math.min(tries, 10), LONG_PAUSE_MILLIS);
    long millis = 1 + ThreadLocalRandom.current().nextLong(longest);
    return vertx.timer(millis).mapEmpty();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    listener.closed(this);
    link.context()
        .runOnContext(
            any -> {
              watch();
              vertx.cancelTimer(watch);
            });
    return link.close();
  }
}
