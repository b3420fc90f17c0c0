package dev.weft.auth;

import dev.weft.auth.store.KeyStore;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.Revocation;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import dev.weft.postgres.Listener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Passes revocations that PostgreSQL announces on to those who watch. When the connection to
 * PostgreSQL breaks, announcements may be missed: all streams are ended, and watchers, who come
 * back at once, check anew what they remember.
 *
 * <p>Made and called on one virtual-thread context; only {@link #listening} is for any thread.
 */
final class RevocationFeed {
  /** How long a revocation may go unheard because the connection has only become silent. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(2);

  private final Context context;
  private final Listener listener;
  private final Set<StreamWriter<Revocation>> watchers = new LinkedHashSet<>();

  RevocationFeed(Vertx vertx, PgConnectOptions database) {
    this.context = vertx.getOrCreateContext();
    this.listener =
        new Listener(
            vertx, database, KeyStore.REVOCATIONS_CHANNEL, SIGN_OF_LIFE, new Announcements());
  }

  /** Whether revocations, of this node and of others, are heard. */
  boolean listening() {
    return listener.listening();
  }

  /** Starts to listen, and goes on until stopped. */
  void start() {
    listener.start();
  }

  /** Stops listening and ends all streams. */
  Future<Void> stop() {
    return listener.close().eventually(this::ended);
  }

  private Future<Void> ended() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        any -> {
          endAll();
          done.complete();
        });
    return done.future();
  }

  /** Adds a watcher; it hears {@link Revocation#CONNECTED} first. */
  void watch(CallContext call, StreamWriter<Revocation> out) {
    if (!listening()) {
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

  private final class Announcements implements Listener.Subscriber {
    @Override
    public void connected() {
      // Who watches comes after it.
    }

    @Override
    public void notified(String payload) {
      publish(new Revocation(payload));
    }

    @Override
    public void lost() {
      endAll();
    }
  }
}
