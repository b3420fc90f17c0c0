package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.Credentials;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.Faults;
import dev.weft.gateway.http.answer.Surroundings;
import dev.weft.gateway.http.answer.Target;
import dev.weft.gateway.http.clock.Admission;
import dev.weft.gateway.http.clock.ClientConnection;
import dev.weft.gateway.http.clock.Connections;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where every request comes in: admits it, finds its route, asks whose it is, and hands it on. One
 * for each event loop; that event loop only.
 */
public final class Door implements Handler<HttpServerRequest> {
  private final Surroundings around;
  private final Connections connections;
  private final RouteTable routes;
  private final Origins origins;
  private final CredentialCache credentials;
  private final Map<Route, Target> targets = new IdentityHashMap<>();
  private final Target unknown;

  public Door(
      Vertx vertx,
      HttpLimits limits,
      Admission admission,
      Connections connections,
      RouteTable routes,
      Origins origins,
      CredentialCache credentials,
      GatewayMetrics metrics) {
    this.around = new Surroundings(vertx, limits, metrics, admission, new Faults(credentials));
    this.connections = connections;
    this.routes = routes;
    this.origins = origins;
    this.credentials = credentials;
    this.unknown = new Target(Target.UNKNOWN, true, metrics.route(Target.UNKNOWN), exchange -> {});
  }

  @Override
  public void handle(HttpServerRequest request) {
    ClientConnection connection = connections.of(request.connection());
    if (connection == null) {
      return;
    }
    Exchange exchange = new Exchange(around, request, connection, System.nanoTime());
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
        route == null ? unknown : targets.computeIfAbsent(route, this::target),
        match == null ? Map.of() : match.variables());
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
    if (!around.admission().tryEnter()) {
      return Future.failedFuture(overloaded("requests"));
    }
    exchange.admitted();
    if (route == null || route.open()) {
      return null;
    }
    try {
      Future<SignedIdentity> identity = credentials.identity(Credentials.of(request.headers()));
      around.metrics().credential(identity.isComplete());
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

  private Target target(Route route) {
    return new Target(
        route.template(),
        route.logged(),
        around.metrics().route(route.template()),
        route.handler()::handle);
  }
}
