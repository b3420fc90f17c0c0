package dev.weft.chat.provider;

import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The node's one HTTP client for model providers. A caller on an event loop gets connections of
 * that loop as far as there are any, so that bytes change no thread. Thread-safe.
 *
 * <p>A connection is used again only while its other end surely keeps it open: for a second less
 * than the provider says ({@code Keep-Alive: timeout=…}), else for four, since common servers close
 * after five; and never when its end has been read. A request that meets the closing would else be
 * lost on the way, and could not be told from one that was worked on. An address that closes idle
 * connections earlier than it says is used for half that time, for a while.
 */
public final class ProviderClient {

  private static final int MAX_CONNECTIONS_A_PROVIDER = 4_096;
  private static final int KEEP_ALIVE_SECONDS = 4;
  private static final int MAX_CONNECT_MILLIS = 60_000;

  /** How often a connection may turn out to be closed before one is asked for that works. */
  private static final int MAX_ATTEMPTS = 16;

  private static final long MARGIN_SECONDS = 1;

  /** How long an address that closed an idle connection early is taken to do so again. */
  private static final long LEARNT_NANOS = Duration.ofMinutes(1).toNanos();

  /** A request that its connection's end comes after so soon has met the closing. */
  private static final long MEETING_NANOS = Duration.ofMillis(100).toNanos();

  private static final int MAX_LEARNT = 1_000;
  private static final Pattern TIMEOUT = Pattern.compile("(?i)\\btimeout\\s*=\\s*(\\d{1,6})");

  private final Vertx vertx;
  private final HttpClient http;
  private final LongSupplier nanoClock;
  private final Map<HttpConnection, Kept> open = new ConcurrentHashMap<>();
  private final Map<SocketAddress, Early> early = new ConcurrentHashMap<>();

  /**
   * An address that closes idle connections early.
   *
   * @param mayIdleNanos how long one of its connections may be idle to be used again
   * @param untilNanos how long that is believed
   */
  private record Early(long mayIdleNanos, long untilNanos) {}

  /** What is known of an open connection. */
  private static final class Kept {
    volatile boolean used;
    volatile boolean busy;
    volatile boolean givenUp;
    volatile long idleSinceNanos;

    /** When its current request took it, and how long it had been idle then. */
    volatile long takenNanos;

    volatile long idleBeforeNanos;
    volatile long mayIdleNanos = Duration.ofSeconds(KEEP_ALIVE_SECONDS).toNanos();
  }

  /**
   * @param trust whom to trust; null for those that Java knows
   */
  public ProviderClient(Vertx vertx, @Nullable TrustOptions trust) {
    this(vertx, trust, System::nanoTime);
  }

  ProviderClient(Vertx vertx, @Nullable TrustOptions trust, LongSupplier nanoClock) {
    this.vertx = vertx;
    this.nanoClock = nanoClock;
    HttpClientOptions options =
        new HttpClientOptions()
            .setTcpNoDelay(true)
            // Each request brings its own limit; this one only has to be longer.
            .setConnectTimeout(MAX_CONNECT_MILLIS)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    this.http =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_A_PROVIDER))
            .withConnectHandler(this::connected)
            .build();
  }

  private void connected(HttpConnection connection) {
    Kept kept = new Kept();
    open.put(connection, kept);
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          learn(connection.remoteAddress(), kept);
        });
    // Whoever uses the connection learns of it; the log has nothing to add.
    connection.exceptionHandler(broken -> {});
  }

  /** Notes how long an idle connection was let live that its other end has closed. */
  private void learn(@Nullable SocketAddress address, Kept kept) {
    if (address == null || !kept.used || kept.givenUp) {
      return;
    }
    long now = nanoClock.getAsLong();
    long lived = now - kept.idleSinceNanos;
    if (kept.busy) {
      if (kept.idleBeforeNanos == 0 || now - kept.takenNanos > MEETING_NANOS) {
        return;
      }
      lived = kept.idleBeforeNanos;
    }
    if (lived < kept.mayIdleNanos) {
      if (early.size() >= MAX_LEARNT) {
        early.clear();
      }
      Early next = new Early(lived / 2, now + LEARNT_NANOS);
      early.merge(
          address,
          next,
          (old, fresh) ->
              old.untilNanos() - now < 0 || fresh.mayIdleNanos() < old.mayIdleNanos()
                  ? fresh
                  : new Early(old.mayIdleNanos(), fresh.untilNanos()));
    }
  }

  private long mayIdle(HttpConnection connection, Kept kept) {
    Early learnt = early.isEmpty() ? null : early.get(connection.remoteAddress());
    return learnt == null || learnt.untilNanos() - nanoClock.getAsLong() < 0
        ? kept.mayIdleNanos
        : Math.min(kept.mayIdleNanos, learnt.mayIdleNanos());
  }

  /** How many connections are open, idle ones included. */
  int connections() {
    return open.size();
  }

  /**
   * A request that is ready to be sent. Nothing of it is on the wire: until then, and only until
   * then, another connection is taken when one turns out to be closed.
   */
  Future<HttpClientRequest> request(RequestOptions options) {
    Promise<HttpClientRequest> promise = Promise.promise();
    acquire(options, promise, 1);
    return promise.future();
  }

  private void acquire(RequestOptions options, Promise<HttpClientRequest> promise, int attempt) {
    Future<HttpClientRequest> ready;
    try {
      ready = http.request(options);
    } catch (IllegalStateException closed) { // thrown, not failed, once the node is stopping
      promise.fail(closed);
      return;
    }
    ready.onComplete(
        (request, failure) -> {
          if (request != null) {
            check(request, options, promise, attempt);
          } else if (failure instanceof HttpClosedException && attempt < MAX_ATTEMPTS) {
            acquire(options, promise, attempt + 1);
          } else {
            promise.fail(failure);
          }
        });
  }

  private void check(
      HttpClientRequest request,
      RequestOptions options,
      Promise<HttpClientRequest> promise,
      int attempt) {
    Kept kept = open.get(request.connection());
    if (kept != null && !kept.used) {
      take(kept, 0);
      promise.complete(request);
      return;
    }
    long idle = kept == null ? 0 : nanoClock.getAsLong() - kept.idleSinceNanos;
    if (kept == null || idle > mayIdle(request.connection(), kept)) {
      another(request, options, promise, attempt);
    } else {
      // The end may have come already and not been read yet.
      Contexts.afterNextRead(
          vertx.getOrCreateContext(),
          () -> {
            if (open.containsKey(request.connection())) {
              take(kept, idle);
              promise.complete(request);
            } else {
              another(request, options, promise, attempt);
            }
          });
    }
  }

  private void take(Kept kept, long idle) {
    long now = nanoClock.getAsLong();
    kept.used = true;
    kept.busy = true;
    kept.takenNanos = now;
    kept.idleSinceNanos = now;
    kept.idleBeforeNanos = idle;
  }

  private void another(
      HttpClientRequest unsent,
      RequestOptions options,
      Promise<HttpClientRequest> promise,
      int attempt) {
    HttpConnection connection = unsent.connection();
    Kept kept = open.get(connection);
    if (kept != null) {
      kept.givenUp = true;
    }
    unsent.exceptionHandler(given -> {}); // it is given up on purpose
    unsent.reset();
    connection.close();
    if (attempt < MAX_ATTEMPTS) {
      acquire(options, promise, attempt + 1);
    } else {
      promise.fail(new HttpClosedException("every connection was closed"));
    }
  }

  /** Notes how long the other end will keep the connection of an answer open. */
  void answering(HttpClientResponse head) {
    Kept kept = open.get(head.request().connection());
    String said = head.getHeader("keep-alive");
    if (kept != null) {
      kept.idleBeforeNanos = 0; // an answer has come: the request has met no closing
    }
    if (kept != null && said != null) {
      kept.mayIdleNanos = mayIdle(said, kept.mayIdleNanos);
    }
  }

  /** Notes that an answer has ended: its connection is idle from now on. */
  void answered(HttpClientResponse head) {
    Kept kept = open.get(head.request().connection());
    if (kept != null) {
      kept.idleSinceNanos = nanoClock.getAsLong();
      kept.busy = false;
    }
  }

  private static long mayIdle(String keepAlive, long otherwise) {
    Matcher timeout = TIMEOUT.matcher(keepAlive);
    return timeout.find()
        ? Duration.ofSeconds(Long.parseLong(timeout.group(1)) - MARGIN_SECONDS).toNanos()
        : otherwise;
  }

  public Future<Void> close() {
    return http.close();
  }
}
