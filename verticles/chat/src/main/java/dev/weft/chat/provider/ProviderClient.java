package dev.weft.chat.provider;

import io.vertx.core.Context;
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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The node's one HTTP client for model providers. A caller on an event loop gets connections of
 * that loop as far as there are any, so that bytes change no thread. Thread-safe.
 *
 * <p>A connection is used again only while its other end surely keeps it open: for a second less
 * than the provider says ({@code Keep-Alive: timeout=…}), else for four, since common servers close
 * after five; and never when its end has been read. A request that meets the closing would else be
 * lost on the way, and could not be told from one that was worked on.
 */
public final class ProviderClient {

  private static final int MAX_CONNECTIONS_A_PROVIDER = 4_096;
  private static final int KEEP_ALIVE_SECONDS = 4;
  private static final int MAX_CONNECT_MILLIS = 60_000;

  /** How often a connection may turn out to be closed before one is asked for that works. */
  private static final int MAX_ATTEMPTS = 16;

  private static final long MARGIN_SECONDS = 1;
  private static final Pattern TIMEOUT = Pattern.compile("(?i)\\btimeout\\s*=\\s*(\\d{1,6})");

  private final Vertx vertx;
  private final HttpClient http;
  private final LongSupplier nanoClock;
  private final Map<HttpConnection, Kept> open = new ConcurrentHashMap<>();

  /** What is known of an open connection. */
  private static final class Kept {
    volatile boolean used;
    volatile long idleSinceNanos;
    volatile long mayIdleNanos = Duration.ofSeconds(KEEP_ALIVE_SECONDS).toNanos();
  }

  public ProviderClient(Vertx vertx) {
    this(vertx, System::nanoTime);
  }

  ProviderClient(Vertx vertx, LongSupplier nanoClock) {
    this.vertx = vertx;
    this.nanoClock = nanoClock;
    this.http =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setTcpNoDelay(true)
                    // Each request brings its own limit; this one only has to be longer.
                    .setConnectTimeout(MAX_CONNECT_MILLIS)
                    .setKeepAliveTimeout(KEEP_ALIVE_SECONDS))
            .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_A_PROVIDER))
            .withConnectHandler(this::connected)
            .build();
  }

  private void connected(HttpConnection connection) {
    open.put(connection, new Kept());
    connection.closeHandler(closed -> open.remove(connection));
    // Whoever uses the connection learns of it; the log has nothing to add.
    connection.exceptionHandler(broken -> {});
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
      kept.used = true;
      kept.idleSinceNanos = nanoClock.getAsLong();
      promise.complete(request);
      return;
    }
    long idle = kept == null ? 0 : nanoClock.getAsLong() - kept.idleSinceNanos;
    if (kept == null || idle > kept.mayIdleNanos) {
      another(request, options, promise, attempt);
    } else {
      // The end may be among what the event loop has to read before it goes on.
      Context context = vertx.getOrCreateContext();
      context.runOnContext(
          next -> {
            if (open.containsKey(request.connection())) {
              promise.complete(request);
            } else {
              another(request, options, promise, attempt);
            }
          });
    }
  }

  private void another(
      HttpClientRequest unsent,
      RequestOptions options,
      Promise<HttpClientRequest> promise,
      int attempt) {
    HttpConnection connection = unsent.connection();
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
    if (kept != null && said != null) {
      kept.mayIdleNanos = mayIdle(said, kept.mayIdleNanos);
    }
  }

  /** Notes that an answer has ended: its connection is idle from now on. */
  void answered(HttpClientResponse head) {
    Kept kept = open.get(head.request().connection());
    if (kept != null) {
      kept.idleSinceNanos = nanoClock.getAsLong();
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
