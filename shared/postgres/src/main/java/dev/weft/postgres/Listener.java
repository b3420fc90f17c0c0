package dev.weft.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a channel ({@code LISTEN}) over a connection of its own, which is made anew whenever
 * it is lost. What is announced meanwhile is missed, so a notification is a nudge and never the
 * news. A connection that has only become silent is found by asking it something now and then.
 *
 * <p>Calls back on the context it was made on; its methods are for any thread.
 */
public final class Listener {

  /** Hears what the channel carries. Calls come one after the other and must not block. */
  public interface Subscriber {
    /** From now on nothing is missed; what was announced before may have been. */
    void connected();

    /** An announcement. */
    void notified(String payload);

    /** What is announced from now on is missed, until the next {@link #connected()}. */
    default void lost() {}

    /** One for whom each call means the same: look for what is new. */
    static Subscriber waking(Runnable wake) {
      return new Subscriber() {
        @Override
        public void connected() {
          wake.run();
        }

        @Override
        public void notified(String payload) {
          wake.run();
        }
      };
    }
  }

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private final Vertx vertx;
  private final Context context;
  private final PgConnectOptions options;
  private final String channel;
  private final Duration signOfLife;
  private final Subscriber subscriber;
  private final Promise<Void> tried = Promise.promise();
  private @Nullable PgConnection connection;
  private long timer;
  private boolean complained;
  private boolean closed;
  private volatile boolean listening;

  /**
   * @param options how to connect; a pooler in transaction mode between does not do
   * @param channel a name of lower-case letters, digits and underscores
   * @param signOfLife how often to ask, and how long to wait for the answer
   */
  public Listener(
      Vertx vertx,
      PgConnectOptions options,
      String channel,
      Duration signOfLife,
      Subscriber subscriber) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.options = options;
    this.channel = channel;
    this.signOfLife = signOfLife;
    this.subscriber = subscriber;
  }

  /** Starts to listen, and goes on until closed; completes when the first attempt has ended. */
  public Future<Void> start() {
    context.runOnContext(any -> connect());
    return tried.future();
  }

  /** Whether what is announced now is heard. */
  public boolean listening() {
    return listening;
  }

  /** Stops listening; completes when the connection is closed. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        any -> {
          closed = true;
          vertx.cancelTimer(timer);
          listening = false;
          PgConnection open = connection;
          connection = null;
          (open == null ? Future.<Void>succeededFuture() : end(open)).onComplete(done);
        });
    return done.future();
  }

  private void connect() {
    if (closed) {
      tried.tryComplete();
      return;
    }
    Future<PgConnection> connecting = PgConnection.connect(vertx, options);
    Future<PgConnection> made = Deadline.within(Deadline.CONNECT, connecting);
    connecting.onSuccess(
        late -> {
          if (made.failed()) {
            end(late);
          }
        });
    made.compose(this::listen)
        .onComplete(
            this::keep,
            failure -> {
              complain(failure);
              retry();
            })
        .onComplete(any -> tried.tryComplete());
  }

  private Future<PgConnection> listen(PgConnection made) {
    made.exceptionHandler(failure -> context.runOnContext(any -> lose(made, failure)));
    made.closeHandler(
        ended -> context.runOnContext(any -> lose(made, new IllegalStateException("closed"))));
    made.notificationHandler(note -> context.runOnContext(any -> pass(made, note.getPayload())));
    return Deadline.within(Deadline.CONNECT, made.query("LISTEN " + channel).execute())
        .map(made)
        .onFailure(failure -> end(made));
  }

  private void keep(PgConnection made) {
    if (closed) {
      end(made);
      return;
    }
    connection = made;
    complained = false;
    listening = true;
    timer = vertx.setPeriodic(signOfLife.toMillis(), any -> look(made));
    log.atInfo().addKeyValue("channel", channel).log("Listening for announcements");
    subscriber.connected();
  }

  private void look(PgConnection asked) {
    Deadline.within(signOfLife, asked.query("SELECT 1").execute())
        .onFailure(failure -> context.runOnContext(any -> lose(asked, failure)));
  }

  private void pass(PgConnection from, String payload) {
    if (connection == from) {
      subscriber.notified(payload);
    }
  }

  private void lose(PgConnection lost, Throwable failure) {
    if (connection != lost) {
      return;
    }
    connection = null;
    listening = false;
    vertx.cancelTimer(timer);
    end(lost);
    complain(failure);
    subscriber.lost();
    retry();
  }

  private void complain(Throwable failure) {
    if (!complained && !closed) {
      complained = true;
      log.atWarn()
          .addKeyValue("channel", channel)
          .addKeyValue("cause", failure.toString())
          .log("Not listening for announcements; trying again");
    }
  }

  private void retry() {
    timer = vertx.setTimer(PAUSE.toMillis(), any -> connect());
  }

  private static Future<Void> end(PgConnection connection) {
    return Deadline.within(Deadline.CONNECT, connection.close()).otherwiseEmpty();
  }
}
