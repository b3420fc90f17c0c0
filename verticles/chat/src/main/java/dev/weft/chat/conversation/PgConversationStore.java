package dev.weft.chat.conversation;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conversations in PostgreSQL. A lease stands in the conversation's row: it is renewed while the
 * request runs, free again when its time has passed, and the fence of the append: items are written
 * only while the row carries the lease's own token.
 */
public final class PgConversationStore implements ConversationStore {

  private static final Logger log = LoggerFactory.getLogger(PgConversationStore.class);

  /** A lease is renewed when this part of it has passed. */
  private static final int RENEWALS_A_LEASE = 3;

  private static final String BEGIN =
      """
      INSERT INTO conversations AS c (tenant, name, lease_token, lease_until)
      VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
      ON CONFLICT (tenant, name) DO UPDATE
        SET lease_token = EXCLUDED.lease_token, lease_until = EXCLUDED.lease_until
        WHERE c.lease_until IS NULL OR c.lease_until < clock_timestamp()
      RETURNING id
      """;

  /** A message of one turn longer than this is no longer sent whole, however new it is. */
  private static final int MAX_RECENT_CHARACTERS = 8_000_000;

  /** A longer message is not even fetched to be shortened. */
  private static final int MAX_FETCHED_CHARACTERS = 1_000_000;

  /** An old message may take this part of what a request gets of the history. */
  private static final int PARTS = 4;

  /**
   * The newest turn, and before it the newest items whose lengths, long ones counted as shortened,
   * add up to no more than the limit.
   */
  private static final String HISTORY =
      """
      SELECT seq, role, recent, size, first,
        CASE WHEN recent OR size <= $4 THEN message END AS message
      FROM (
        SELECT *, sum(CASE WHEN recent THEN 0 ELSE least(size, $3) END)
          OVER (ORDER BY seq DESC) AS total
        FROM (
          SELECT seq, role, message, size, first,
            seq >= coalesce(max(seq) FILTER (WHERE role = 'user') OVER (), 0)
              AND sum(size) OVER (ORDER BY seq DESC) <= $5 AS recent
          FROM (
            SELECT seq, role, message, length(message)::bigint AS size,
              (SELECT min(seq) FROM conversation_items WHERE conversation_id = $1) AS first
            FROM conversation_items
            WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 2000
          ) AS newest
        ) AS turned
      ) AS counted
      WHERE total <= $2 ORDER BY seq
      """;

  private static final String RENEW =
      """
      UPDATE conversations SET lease_until = clock_timestamp() + make_interval(secs => $3)
      WHERE id = $1 AND lease_token = $2
      """;

  private static final String RELEASE =
      """
      UPDATE conversations SET lease_token = NULL, lease_until = NULL
      WHERE id = $1 AND lease_token = $2
      """;

  private static final String FINISH =
      """
      WITH mine AS (
        UPDATE conversations
        SET lease_token = NULL, lease_until = NULL, next_seq = next_seq + $3, updated_at = now()
        WHERE id = $1 AND lease_token = $2
        RETURNING id, next_seq - $3 AS first
      )
      INSERT INTO conversation_items (conversation_id, seq, role, status, message)
      SELECT mine.id, mine.first + item.number - 1, item.role, item.status, item.message
      FROM mine, unnest($4::text[], $5::text[], $6::text[]) WITH ORDINALITY
        AS item (role, status, message, number)
      """;

  private static final long RELEASE_PAUSE_MILLIS = 500;

  /**
   * How long a failure waits for its lease to be over, which may outlast the database's trouble.
   */
  private static final long RELEASE_WAIT_MILLIS = 1_000;

  private final Vertx vertx;
  private final Pool pool;
  private final Duration lease;
  private final int historyCharacters;

  /**
   * @param pool connections whose search path is the schema of chat
   * @param lease how long a conversation stays locked when the node that holds it dies
   * @param historyCharacters how much history a request gets
   */
  public PgConversationStore(Vertx vertx, Pool pool, Duration lease, int historyCharacters) {
    this.vertx = vertx;
    this.pool = pool;
    this.lease = lease;
    this.historyCharacters = historyCharacters;
  }

  @Override
  public Future<Lease> lease(String tenant, String name) {
    UUID token = UUID.randomUUID();
    return pool.preparedQuery(BEGIN)
        .execute(Tuple.of(tenant, name, token, seconds()))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.failedFuture(busy(name));
              }
              PgLease leased = new PgLease(name, rows.iterator().next().getLong("id"), token);
              return leased
                  .load()
                  .recover(
                      failure -> leased.release().transform(ended -> Future.failedFuture(failure)));
            });
  }

  private double seconds() {
    return lease.toMillis() / 1_000.0;
  }

  private static RuntimeException busy(String name) {
    return WeftError.of(
            "chat:conversation",
            Reason.BUSY,
            "The conversation '" + name + "' is being answered: try again when that has ended.")
        .exception();
  }

  private final class PgLease implements Lease {
    private final String name;
    private final long id;
    private final UUID token;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long timer;
    private History history = new History(List.of(), 0, 0);

    PgLease(String name, long id, UUID token) {
      this.name = name;
      this.id = id;
      this.token = token;
      this.timer =
          vertx.setPeriodic(Math.max(1, lease.toMillis() / RENEWALS_A_LEASE), tick -> renew());
    }

    Future<Lease> load() {
      int most = historyCharacters / PARTS;
      return pool.preparedQuery(HISTORY)
          .execute(
              Tuple.of(
                  id,
                  (long) historyCharacters,
                  (long) most,
                  (long) MAX_FETCHED_CHARACTERS,
                  (long) MAX_RECENT_CHARACTERS))
          .map(
              rows -> {
                history = read(rows, most);
                return this;
              });
    }

    private History read(Iterable<Row> rows, int most) {
      List<String> messages = new ArrayList<>();
      int shortened = 0;
      long first = 0;
      long begin = 0;
      for (Row row : rows) {
        // What was cut off may not leave an answer or a tool's result without its question.
        if (messages.isEmpty() && !row.getString("role").equals("user")) {
          begin = row.getLong("seq") + 1;
          first = row.getLong("first");
          continue;
        }
        if (messages.isEmpty()) {
          begin = row.getLong("seq");
          first = row.getLong("first");
        }
        String message = row.getString("message");
        if (message == null || (!row.getBoolean("recent") && row.getLong("size") > most)) {
          messages.add(ShortMessage.of(row.getString("role"), message, row.getLong("size"), most));
          shortened++;
        } else {
          messages.add(message);
        }
      }
      return new History(messages, (int) (begin - first), shortened);
    }

    @Override
    public History history() {
      return history;
    }

    private void renew() {
      pool.preparedQuery(RENEW)
          .execute(Tuple.of(id, token, seconds()))
          .onFailure(
              failure -> log.atDebug().log("A lease was not renewed: {}", failure.getMessage()));
    }

    @Override
    public Future<Void> finish(List<Item> items) {
      if (!end()) {
        return Future.succeededFuture();
      }
      String[] roles = items.stream().map(Item::role).toArray(String[]::new);
      String[] states =
          items.stream()
              .map(item -> item.complete() ? "completed" : "incomplete")
              .toArray(String[]::new);
      String[] messages = items.stream().map(Item::message).toArray(String[]::new);
      return pool.preparedQuery(FINISH)
          .execute(Tuple.of(id, token, items.size(), roles, states, messages))
          .compose(
              rows ->
                  rows.rowCount() == items.size()
                      ? Future.<Void>succeededFuture()
                      : Future.failedFuture(lost()))
          .recover(
              failure ->
                  giveBack()
                      .timeout(RELEASE_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                      .transform(tried -> Future.failedFuture(kept(failure))));
    }

    @Override
    public Future<Void> release() {
      return end() ? giveBack() : Future.succeededFuture();
    }

    /** Tries until it succeeds or the lease is over by itself; the result is that of the first. */
    private Future<Void> giveBack() {
      return giveBack(System.nanoTime() + lease.toNanos());
    }

    private Future<Void> giveBack(long end) {
      Future<Void> tried = pool.preparedQuery(RELEASE).execute(Tuple.of(id, token)).mapEmpty();
      return tried.onFailure(
          failure -> {
            if (System.nanoTime() - end < 0) {
              vertx.setTimer(RELEASE_PAUSE_MILLIS, timer -> giveBack(end));
            }
          });
    }

    private boolean end() {
      vertx.cancelTimer(timer);
      return ended.compareAndSet(false, true);
    }

    private RuntimeException lost() {
      return WeftError.of(
              "chat:conversation",
              Reason.CONFLICT,
              "The lease of the conversation '"
                  + name
                  + "' was lost while the answer was made: the answer is not in its history.")
          .exception();
    }

    /** The same failure, saying what it means for the history. */
    private Throwable kept(Throwable failure) {
      if (!(failure instanceof WeftException known)
          || known.error().reason() != Reason.UNAVAILABLE) {
        return failure;
      }
      WeftError error = known.error();
      return new WeftError(
              error.code(),
              error.message()
                  + " The answer may not be in the history of the conversation '"
                  + name
                  + "'.",
              error.retryable(),
              error.outcome(),
              error.details())
          .exception(failure);
    }
  }
}
