package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.Credentials;
import dev.weft.gateway.metrics.GatewayMetrics;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every request comes in: admits it, finds its route, asks whose it is, and hands it on. One
 * for each event loop; that event loop only.
 */
public final class Door implements Handler<HttpServerRequest> {
  private static final Logger log = LoggerFactory.getLogger(Door.class);
  private static final String UNKNOWN_ROUTE = "none";

  private final Vertx vertx;
  private final HttpLimits limits;
  private final Admission admission;
  private final Connections connections;
  private final RouteTable routes;
  private final Origins origins;
  private final CredentialCache credentials;
  private final GatewayMetrics metrics;

  public Door(
      Vertx vertx,
      HttpLimits limits,
      Admission admission,
      Connections connections,
      RouteTable routes,
      Origins origins,
      CredentialCache credentials,
      GatewayMetrics metrics) {
    this.vertx = vertx;
    this.limits = limits;
    this.admission = admission;
    this.connections = connections;
    this.routes = routes;
    this.origins = origins;
    this.credentials = credentials;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    ClientConnection connection = connections.of(request.connection());
    if (connection == null) {
      return;
    }
    Exchange exchange = new Exchange(this, request, connection, System.nanoTime());
    connection.begin(exchange);
    try {
      admit(exchange, request, connection);
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private void admit(Exchange exchange, HttpServerRequest request, ClientConnection connection) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null) {
      origins.mark(origin, request.response());
      if (origins.answersPreflight(request, origin)) {
        exchange.receive(0, null);
        exchange.replyAsIs(204, Buffer.buffer());
        return;
      }
    }
    RouteTable.Match match = routes.match(request.path());
    Route route = match == null ? null : match.route(request.method());
    exchange.routed(
        route,
        match == null ? Map.of() : match.variables(),
        metrics.route(route == null ? UNKNOWN_ROUTE : route.template()));
    WeftException refusal = refusal(request, connection, match, route);
    exchange.receive(
        route == null ? 0 : route.maxBodyBytes(),
        refusal == null ? identity(exchange, route, request) : Future.failedFuture(refusal));
  }

  /** Why the request is not even looked at; null when it is. */
  private @Nullable WeftException refusal(
      HttpServerRequest request,
      ClientConnection connection,
      RouteTable.@Nullable Match match,
      @Nullable Route route) {
    if (connection.surplus()) {
      return overloaded("connections");
    }
    if (match == null) {
      return WeftError.of(
              "gateway:route",
              Reason.NOT_FOUND,
              "Unknown request URL: "
                  + request.method().name()
                  + " "
                  + shortened(request.path())
                  + ". See /docs for what there is.")
          .exception();
    }
    if (route == null) {
      request.response().putHeader(HttpHeaders.ALLOW, match.allowed());
      return WeftError.of(
              "gateway:method",
              Reason.INVALID,
              "Method "
                  + request.method().name()
                  + " is not allowed here; use "
                  + match.allowed()
                  + ".")
          .exception();
    }
    return route.maxBodyBytes() > 0 ? unreadable(request) : null;
  }

  private @Nullable Future<SignedIdentity> identity(
      Exchange exchange, @Nullable Route route, HttpServerRequest request) {
    if (!admission.tryEnter()) {
      return Future.failedFuture(overloaded("requests"));
    }
    exchange.admitted();
    if (route == null || route.open()) {
      return null;
    }
    try {
      Future<SignedIdentity> identity = credentials.identity(Credentials.of(request.headers()));
      metrics.credential(identity.isComplete());
      return identity;
    } catch (WeftException noCredential) {
      return Future.failedFuture(noCredential);
    }
  }

  /**
   * Bodies are JSON whatever their type says, because curl and many clients do not say; only types
   * that certainly hold something else are refused.
   */
  private static @Nullable WeftException unreadable(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || type.startsWith("application/json")) {
      return null;
    }
    String name = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (name.isEmpty()
        || name.equals("application/json")
        || name.endsWith("+json")
        || name.equals("text/plain")
        || name.equals("application/x-www-form-urlencoded")) {
      return null;
    }
    return WeftError.of(
            "gateway:media",
            Reason.INVALID,
            "Unsupported content type '" + shortened(name) + "'; send application/json.")
        .exception();
  }

  private static WeftException overloaded(String what) {
    return WeftError.of(
            "gateway",
            Reason.OVERLOADED,
            "The gateway has as many " + what + " as it takes at once; try again shortly.")
        .exception();
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  // --- what an exchange asks of it

  Vertx vertx() {
    return vertx;
  }

  HttpLimits limits() {
    return limits;
  }

  GatewayMetrics metrics() {
    return metrics;
  }

  void left() {
    admission.leave();
  }

  WeftException stoppingError() {
    return WeftError.of("gateway", Reason.UNAVAILABLE, "The gateway is stopping; try again.")
        .exception();
  }

  /** A failure as an error to show; faults of our own are logged here. */
  WeftError explain(Exchange exchange, Throwable failure) {
    WeftError error = WeftException.from("gateway", failure).error();
    if (!(failure instanceof WeftException)) {
      log.atError().setCause(failure).log("A request failed.");
    }
    if (error.code().equals("mesh:identity.unauthenticated") && exchange.caller() != null) {
      // Our own vouching was not accepted, which is no fault of the client's key.
      credentials.forget(Credentials.of(exchange.request().headers()));
      return WeftError.of(
          "gateway:identity",
          Reason.UNAVAILABLE,
          "The service did not accept the gateway's word for this key; try again.");
    }
    return error;
  }
}
