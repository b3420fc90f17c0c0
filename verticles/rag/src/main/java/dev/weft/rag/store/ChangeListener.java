package dev.weft.rag.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for changes on a connection of its own and connects again when it is lost. Notifications
 * may be missed meanwhile: they are a nudge, not the news. Thread-safe; calls back on an event
 * loop.
 */
public final class ChangeListener {

  private static final Logger log = LoggerFactory.getLogger(ChangeListener.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final Runnable onChange;
  private @Nullable PgConnection connection;
  private boolean closed;

  /**
   * @param onChange called on each change, and after each new connection; must not block
   */
  public ChangeListener(Vertx vertx, PgConnectOptions options, Runnable onChange) {
    this.vertx = vertx;
    this.options = options;
    this.onChange = onChange;
  }

  /** Starts listening; completes when the first attempt to connect has ended, well or not. */
  public Future<Void> start() {
    return PgConnection.connect(vertx, options)
        .compose(
            connected -> {
              connected.notificationHandler(notification -> onChange.run());
              return connected
                  .query("LISTEN " + ChangeLog.CHANNEL)
                  .execute()
                  .onSuccess(listening -> keep(connected))
                  .onFailure(failure -> connected.close());
            })
        .onFailure(
            failure -> {
              log.atWarn()
                  .addKeyValue("reason", failure.getMessage())
                  .log("Cannot listen for changes; looking for them by the clock meanwhile");
              retryLater();
            })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void keep(PgConnection connected) {
    boolean late;
    synchronized (this) {
      late = closed;
      connection = connected;
    }
    if (late) {
      connected.close();
      return;
    }
    connected.closeHandler(lost -> retryLater());
    onChange.run();
  }

  private synchronized void retryLater() {
    if (!closed) {
      vertx.setTimer(
          RETRY.toMillis(),
          timer -> {
            if (!isClosed()) {
              start();
            }
          });
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  public Future<Void> close() {
    PgConnection open;
    synchronized (this) {
      closed = true;
      open = connection;
    }
    return open == null ? Future.succeededFuture() : open.close().otherwiseEmpty();
  }
}
