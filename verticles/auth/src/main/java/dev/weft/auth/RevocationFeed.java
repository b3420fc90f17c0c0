package dev.weft.auth;

import dev.weft.auth.store.KeyStore;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.Revocation;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes revocations that PostgreSQL announces on to those who watch. When the connection to
 * PostgreSQL breaks, announcements may be missed: all streams are ended, and watchers, who come
 * back at once, check anew what they remember. A connection that is only silent is found by asking
 * it something every two seconds.
 *
 * <p>Made and called on one virtual-thread context; only {@link #listening} is for any thread.
 */
final class RevocationFeed {
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long SIGN_OF_LIFE_MILLIS = 2_000;
  private static final long PAUSE_MILLIS = 500;
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);

  private final Vertx vertx;
  private final Context context;
  private final PgConnectOptions database;
  private final Set<StreamWriter<Revocation>> watchers = new LinkedHashSet<>();
  private final Promise<Void> ended = Promise.promise();

  private Promise<Void> lost = Promise.promise();
  private boolean stopped;
  private volatile boolean listening;

  RevocationFeed(Vertx vertx, PgConnectOptions database) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.database = database;
  }

  /** Whether revocations, of this node and of others, are heard. */
  boolean listening() {
    return listening;
  }

  /** Starts to listen, and goes on until stopped. */
  void start() {
    context.runOnContext(v -> run());
  }

  /** Stops listening and ends all streams. */
  Future<Void> stop() {
    stopped = true;
    lost.tryComplete();
    return ended.future();
  }

  private void run() {
    while (!stopped) {
      try {
        listen();
      } catch (Exception e) { // await() throws checked ones undeclared
        log.atWarn().addKeyValue("cause", e.toString()).log("not listening for revocations");
      }
      listening = false;
      endAll();
      if (!stopped) {
        vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).await();
      }
    }
    ended.complete();
  }

  private void listen() {
    PgConnection connection = limited(PgConnection.connect(vertx, database)).await();
    long signOfLife = 0;
    try {
      Promise<Void> broken = Promise.promise();
      lost = broken;
      connection.exceptionHandler(broken::tryFail);
      connection.closeHandler(v -> broken.tryFail("the connection to the database was closed"));
      connection.notificationHandler(
          note -> context.runOnContext(v -> publish(new Revocation(note.getPayload()))));
      limited(connection.query("listen " + KeyStore.REVOCATIONS_CHANNEL).execute()).await();
      signOfLife =
          vertx.setPeriodic(
              SIGN_OF_LIFE_MILLIS,
              id -> limited(connection.query("select 1").execute()).onFailure(broken::tryFail));
      if (stopped) {
        return;
      }
      listening = true;
      log.info("listening for revocations");
      broken.future().await();
    } finally {
      vertx.cancelTimer(signOfLife);
      limited(connection.close()).otherwiseEmpty().await();
    }
  }

  private static <T> Future<T> limited(Future<T> future) {
    return future.timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Adds a watcher; it hears {@link Revocation#CONNECTED} first. */
  void watch(CallContext call, StreamWriter<Revocation> out) {
    if (!listening) {
      out.fail(unavailable());
      return;
    }
    watchers.add(out);
    call.cancellation().onCancel(() -> context.runOnContext(v -> watchers.remove(out)));
    send(out, Revocation.CONNECTED);
  }

  private void publish(Revocation revocation) {
    List.copyOf(watchers).forEach(watcher -> send(watcher, revocation));
  }

  private void send(StreamWriter<Revocation> watcher, Revocation revocation) {
    watcher
        .write(revocation)
        .onFailure(gone -> context.runOnContext(v -> watchers.remove(watcher)));
  }

  private void endAll() {
    List<StreamWriter<Revocation>> all = List.copyOf(watchers);
    watchers.clear();
    all.forEach(watcher -> watcher.fail(unavailable()));
  }

  private static WeftException unavailable() {
    return WeftError.of(
            "auth:revocations",
            Reason.UNAVAILABLE,
            "Revocations cannot be heard at the moment; watch again.")
        .exception();
  }
}
