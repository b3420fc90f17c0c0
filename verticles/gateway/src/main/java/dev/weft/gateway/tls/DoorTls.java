package dev.weft.gateway.tls;

import dev.weft.contracts.MetricNames;
import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.tls.ServerCertificate.UnusableCertificate;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of the HTTP server: where its certificate lies, the one it has now, and its change. All
 * instances of a process share one listener, and it. Thread-safe.
 */
public final class DoorTls {
  private static final Set<String> VERSIONS = Set.of("TLSv1.3", "TLSv1.2");

  private final Path chain;
  private final Path key;
  private final Duration interval;
  private final Counter changed;
  private final Counter refused;
  private final AtomicReference<@Nullable Serving> serving = new AtomicReference<>();
  private volatile ServerCertificate current;

  private record Serving(HttpServer server, ServerSSLOptions options) {}

  private DoorTls(
      Path chain, Path key, Duration interval, ServerCertificate current, MeterRegistry metrics) {
    this.chain = chain;
    this.key = key;
    this.interval = interval;
    this.current = current;
    this.changed = counter(metrics, "changed");
    this.refused = counter(metrics, "refused");
    Gauge.builder(
            MetricNames.CERTIFICATE_EXPIRES_TIMESTAMP,
            this,
            tls -> tls.current.expires().getEpochSecond())
        .description("When a certificate ends, in seconds since 1970")
        .baseUnit("seconds")
        .tag("certificate", "gateway")
        .register(metrics);
  }

  /**
   * What the configuration says, with the certificate read; null when it names none. Blocks.
   *
   * @throws StartFailure when it names one of the two files only, or they cannot be used
   */
  public static @Nullable DoorTls of(Vertx vertx, Config config, MeterRegistry metrics) {
    String chain = config.get(GatewayKeys.TLS_CERTIFICATE);
    String key = config.get(GatewayKeys.TLS_KEY);
    if (chain.isBlank() && key.isBlank()) {
      return null;
    }
    if (chain.isBlank() || key.isBlank()) {
      throw chain.isBlank()
          ? alone(config, GatewayKeys.TLS_KEY, GatewayKeys.TLS_CERTIFICATE)
          : alone(config, GatewayKeys.TLS_CERTIFICATE, GatewayKeys.TLS_KEY);
    }
    try {
      ServerCertificate read = ServerCertificate.read(vertx, Path.of(chain), Path.of(key));
      return new DoorTls(
          Path.of(chain), Path.of(key), config.get(GatewayKeys.TLS_RELOAD), read, metrics);
    } catch (UnusableCertificate e) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "Cannot speak TLS: "
              + e.getMessage()
              + ". Correct the file, or 'gateway.tls.certificate' ("
              + config.origin(GatewayKeys.TLS_CERTIFICATE)
              + ") and 'gateway.tls.key' ("
              + config.origin(GatewayKeys.TLS_KEY)
              + "), or remove both to serve without TLS.",
          e);
    }
  }

  /**
   * A server's options with TLS: HTTP/2 or HTTP/1.1, as the client prefers (ALPN).
   *
   * @param handshakeTimeout from a connection's opening to the end of its handshake
   */
  public HttpServerOptions of(HttpServerOptions options, Duration handshakeTimeout) {
    return options
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(current.options())
        .setEnabledSecureTransportProtocols(VERSIONS)
        .setSslHandshakeTimeout(handshakeTimeout.toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** A server listens with it; of several that share a listener any will do. */
  public void serves(HttpServer server, HttpServerOptions options) {
    serving.set(new Serving(server, Objects.requireNonNull(options.getSslOptions())));
  }

  Duration interval() {
    return interval;
  }

  Path chain() {
    return chain;
  }

  ServerCertificate current() {
    return current;
  }

  /** What the files hold now. Blocks. */
  ServerCertificate read(Vertx vertx) throws UnusableCertificate {
    return ServerCertificate.read(vertx, chain, key);
  }

  /** Serves new connections with another certificate. */
  Future<?> use(ServerCertificate found) {
    Serving now = serving.get();
    if (now == null) {
      return Future.succeededFuture();
    }
    return now.server()
        .updateSSLOptions(now.options().copy().setKeyCertOptions(found.options()))
        .onSuccess(
            used -> {
              current = found;
              changed.increment();
            });
  }

  /** The files changed to something that cannot be used. */
  void refused() {
    refused.increment();
  }

  private static StartFailure alone(
      Config config, ConfigKey<String> given, ConfigKey<String> missing) {
    return new StartFailure(
        ExitCode.CONFIG_INVALID,
        "'"
            + given.name()
            + "' ("
            + config.origin(given)
            + ") is set and '"
            + missing.name()
            + "' is not. TLS needs both: set it to a PEM file, or remove the other to serve"
            + " without TLS.");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder(MetricNames.GATEWAY_TLS_RELOADS)
        .description("Changes of the certificate's files, by whether they could be used")
        .tag("outcome", outcome)
        .register(metrics);
  }
}
