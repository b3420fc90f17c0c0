package dev.weft.chat.provider;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The node's one HTTP client for model providers. A caller on an event loop gets connections of
 * that loop as far as there are any, so that bytes change no thread. Thread-safe.
 */
public final class ProviderClient {

  private static final int MAX_CONNECTIONS_A_PROVIDER = 4_096;
  private static final int KEEP_ALIVE_SECONDS = 30;
  private static final int MAX_CONNECT_MILLIS = 60_000;

  private final HttpClient http;

  /** Connections that no request has used yet. */
  private final Set<HttpConnection> fresh = ConcurrentHashMap.newKeySet();

  public ProviderClient(Vertx vertx) {
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
    fresh.add(connection);
    connection.closeHandler(closed -> fresh.remove(connection));
  }

  Future<HttpClientRequest> request(RequestOptions options) {
    try {
      return http.request(options);
    } catch (IllegalStateException closed) { // thrown, not failed, once the node is stopping
      return Future.failedFuture(closed);
    }
  }

  /** Whether a request before this one used its connection; asked once a request. */
  boolean reused(HttpClientRequest request) {
    return !fresh.remove(request.connection());
  }

  public Future<Void> close() {
    return http.close();
  }
}
