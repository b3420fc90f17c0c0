package dev.weft.gateway.support;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Vert.x's own client, over one HTTP/2 connection. */
public final class Http2Client implements AutoCloseable {
  private static final long SECONDS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final int port;

  /** An answer that is whole. */
  public record Answer(HttpClientResponse head, String body) {
    public int status() {
      return head.statusCode();
    }
  }

  /** In clear text, by prior knowledge. */
  public Http2Client(int port) {
    this(port, null);
  }

  /**
   * Over TLS, chosen by ALPN.
   *
   * @param trusted PEM file of the certificate to trust; null for clear text
   */
  public Http2Client(int port, @Nullable String trusted) {
    this.port = port;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            // One stream that is not read must not use up what the connection may carry.
            .setHttp2ConnectionWindowSize(8 * 1024 * 1024)
            .setHttp2MultiplexingLimit(-1);
    if (trusted != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setVerifyHost(false)
          .setTrustOptions(new PemTrustOptions().addCertPath(trusted));
    }
    client = vertx.createHttpClient(options, new PoolOptions().setHttp2MaxSize(1));
  }

  /** A request with the good key. */
  public HttpClientRequest request(HttpMethod method, String path) throws Exception {
    return await(client.request(method, port, "127.0.0.1", path))
        .putHeader("authorization", "Bearer " + Gateway.KEY);
  }

  /** The head of the answer; its body is still paused. */
  public HttpClientResponse open(HttpClientRequest request, String body) throws Exception {
    return await(request.send(Buffer.buffer(body)).onSuccess(HttpClientResponse::pause));
  }

  public Answer send(HttpClientRequest request, String body) throws Exception {
    return await(
        request
            .send(Buffer.buffer(body))
            .compose(head -> head.body().map(all -> new Answer(head, all.toString()))));
  }

  public Answer get(String path) throws Exception {
    return await(
        request(HttpMethod.GET, path)
            .send()
            .compose(head -> head.body().map(all -> new Answer(head, all.toString()))));
  }

  public Answer complete(String model, boolean stream) throws Exception {
    return send(
        request(HttpMethod.POST, "/v1/chat/completions"), Gateway.completion(model, stream));
  }

  public HttpConnection connection() throws Exception {
    HttpClientRequest request = request(HttpMethod.GET, "/docs");
    HttpConnection connection = request.connection();
    await(request.send().compose(HttpClientResponse::body));
    return connection;
  }

  public static <T> T await(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
