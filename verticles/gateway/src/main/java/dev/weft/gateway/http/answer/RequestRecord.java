package dev.weft.gateway.http.answer;

import dev.weft.contracts.Identity;
import dev.weft.contracts.WeftError;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.CallContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What is noted of one request for the metrics and the access log: how long it took, how much of
 * that was the gateway's own work, and how it ended. Event loop of the connection only.
 */
final class RequestRecord {
  private static final Logger log = LoggerFactory.getLogger("dev.weft.access");

  /** The status noted for a request whose client left before the answer was complete. */
  static final int CLIENT_GONE = 499;

  private final GatewayMetrics metrics;
  private final String requestId;
  private final String method;
  private final String client;
  private final long startNanos;
  private String route = Target.UNKNOWN;
  private boolean logged = true;
  private GatewayMetrics.@Nullable RouteMeters meters;
  private @Nullable String model;
  private @Nullable WeftError error;
  private long bytes;
  private long ownSinceNanos;
  private long ownNanos;

  RequestRecord(
      GatewayMetrics metrics, String requestId, String method, String client, long startNanos) {
    this.metrics = metrics;
    this.requestId = requestId;
    this.method = method;
    this.client = client;
    this.startNanos = startNanos;
  }

  void routed(Target target) {
    route = target.template();
    logged = target.logged();
    meters = target.meters();
  }

  void model(@Nullable String name) {
    model = name;
  }

  void error(WeftError cause) {
    error = cause;
  }

  void sent(int count) {
    bytes += count;
  }

  long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }

  /** The time from here on is the gateway's own. */
  void ownTime() {
    ownSinceNanos = System.nanoTime();
  }

  /** The time from here on is somebody else's. */
  void othersTime() {
    if (ownSinceNanos != 0) {
      ownNanos += System.nanoTime() - ownSinceNanos;
      ownSinceNanos = 0;
    }
  }

  /** The request is over. */
  void ended(int status, @Nullable Identity caller) {
    long nanos = elapsedNanos();
    othersTime();
    if (status == CLIENT_GONE) {
      metrics.cancelled();
    } else if (ownNanos > 0) {
      metrics.overhead(ownNanos);
    }
    if (meters != null) {
      meters.record(status, nanos);
    }
    if (status >= 400 && status != CLIENT_GONE) {
      metrics.error(status, error == null ? null : error.code());
    }
    if (log.isInfoEnabled() && logged) {
      log(status, nanos, caller);
    }
  }

  private void log(int status, long nanos, @Nullable Identity caller) {
    LoggingEventBuilder line =
        log.atInfo()
            .addKeyValue("method", method)
            .addKeyValue("route", route)
            .addKeyValue("status", status)
            .addKeyValue("duration_ms", nanos / 1_000_000)
            .addKeyValue("bytes", bytes)
            .addKeyValue("client", client);
    if (CallContext.current() == null) {
      // A deadline ended it, not an event of its own.
      line = line.addKeyValue("request_id", requestId);
    }
    if (model != null) {
      line = line.addKeyValue("model", model);
    }
    if (caller != null) {
      line = line.addKeyValue("key", caller.keyId());
    }
    if (error != null) {
      line = line.addKeyValue("code", error.code());
    }
    line.log("request");
  }
}
