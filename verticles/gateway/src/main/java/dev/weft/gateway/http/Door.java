package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.contracts.gateway.GatewayApi;
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
import dev.weft.gateway.http.request.BodyReader;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.ByteBudget;
import dev.weft.node.http.ContentDecoder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where every request comes in: a vertx-web {@link Router} over the routes. A route admits the
 * request, asks whose it is, reads its body within the route's limit and hands it on.
 *
 * <p>Paths are matched as they stand on the wire, since an id in one may be any text; paths without
 * variables come first, and nothing stands before them. Only a request that says which web page it
 * comes from takes the way through the CORS handler. One for each event loop; that event loop only.
 */
public final class Door {
  private static final BodyReader.Limit NO_BODY = new BodyReader.Limit(0, "none is expected");

  private final Surroundings around;
  private final Connections connections;
  private final Origins origins;
  private final CredentialCache credentials;
  private final Target unknown;

  private Door(
      Surroundings around, Connections connections, Origins origins, CredentialCache credentials) {
    this.around = around;
    this.connections = connections;
    this.origins = origins;
    this.credentials = credentials;
    this.unknown =
        new Target(Target.UNKNOWN, true, around.metrics().route(Target.UNKNOWN), exchange -> {});
  }

  /**
   * A router over routes.
   *
   * @throws IllegalArgumentException when two routes have the same method and path
   */
  public static Router router(
      Vertx vertx,
      HttpLimits limits,
      Admission admission,
      ByteBudget budget,
      Connections connections,
      List<Route> routes,
      Origins origins,
      ClientAddresses clients,
      CredentialCache credentials,
      GatewayMetrics metrics) {
    Surroundings around =
        new Surroundings(
            vertx,
            limits,
            metrics,
            admission,
            budget,
            credentials,
            clients,
            new Faults(credentials));
    return new Door(around, connections, origins, credentials).router(routes);
  }

  private Router router(List<Route> routes) {
    Router router = Router.router(around.vertx());
    for (PathRoutes path : PathRoutes.of(routes, around.metrics())) {
      PathTemplate template = path.template();
      var route =
          template.exact()
              ? router.route(template.text())
              : router.routeWithRegex(template.regex());
      route
          .useNormalizedPath(false)
          .handler(context -> byPage(context, path))
          .handler(context -> enter(context, path));
    }
    router
        .route()
        .handler(context -> byPage(context, null))
        .handler(context -> enter(context, null));
    // What the router itself does not take: no path at all, or no host.
    router.errorHandler(400, context -> refuse(context, malformed(context.failure())));
    router.errorHandler(404, context -> refuse(context, unknownUrl(context.request())));
    router.errorHandler(
        500, context -> refuse(context, WeftException.from("gateway", context.failure())));
    return router;
  }

  /** Requests that name no web page, nearly all, enter at once. */
  private void byPage(RoutingContext context, @Nullable PathRoutes path) {
    HttpServerRequest request = context.request();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      enter(context, path);
    } else if (origins.isPreflight(request, origin)) {
      preflight(context, origin);
    } else {
      origins.handle(context, origin);
    }
  }

  /**
   * @param path null when no route has the request's path
   */
  private void enter(RoutingContext context, @Nullable PathRoutes path) {
    HttpServerRequest request = context.request();
    Map<String, String> variables = path == null ? Map.of() : path.template().match(request.path());
    if (variables == null) {
      context.next();
      return;
    }
    Exchange exchange = begin(request);
    if (exchange == null) {
      return;
    }
    try {
      admit(exchange, request, path, variables);
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  /** Vertx-web's handler answers, under the limits of any exchange. */
  private void preflight(RoutingContext context, String origin) {
    Exchange exchange = begin(context.request());
    if (exchange != null) {
      exchange.routed(unknown, Map.of());
      exchange.receive(NO_BODY, null);
      exchange.leaveTo(() -> origins.handle(context, origin));
    }
  }

  private void refuse(RoutingContext context, WeftException error) {
    Exchange exchange = begin(context.request());
    if (exchange != null) {
      exchange.routed(unknown, Map.of());
      exchange.receive(NO_BODY, Future.failedFuture(error));
    }
  }

  /** Null when the connection is being closed, or the request was refused for its head. */
  private @Nullable Exchange begin(HttpServerRequest request) {
    ClientConnection connection = connections.of(request.connection());
    if (connection == null) {
      return null;
    }
    Exchange exchange = new Exchange(around, request, connection, System.nanoTime());
    WeftError fault = RequestHead.fault(request);
    if (fault != null) {
      exchange.closes();
    } else {
      fault = origins.foreignHost(request);
    }
    if (fault == null) {
      return exchange;
    }
    exchange.routed(unknown, Map.of());
    exchange.receive(NO_BODY, Future.failedFuture(fault.exception()));
    return null;
  }

  private void admit(
      Exchange exchange,
      HttpServerRequest request,
      @Nullable PathRoutes path,
      Map<String, String> variables) {
    PathRoutes.Entry entry = path == null ? null : path.entry(request.method());
    Route route = entry == null ? null : entry.route();
    exchange.routed(entry == null ? unknown : entry.target(), variables);
    WeftException refusal = refusal(exchange, path, route);
    exchange.receive(
        route == null ? NO_BODY : new BodyReader.Limit(route.maxBodyBytes(), route.bodySetting()),
        refusal == null ? identity(exchange, route, request) : Future.failedFuture(refusal));
  }

  /** Why the request is not even looked at; null when it is. */
  private static @Nullable WeftException refusal(
      Exchange exchange, @Nullable PathRoutes path, @Nullable Route route) {
    HttpServerRequest request = exchange.request();
    if (exchange.connection().surplus()) {
      return overloaded("connections");
    }
    // HTTP/1.1's decoder sees to this itself; HTTP/2 has no line, only headers.
    if (request.uri() != null && request.uri().length() > HttpLimits.MAX_LINE_BYTES) {
      return InvalidRequests.uriTooLong().exception();
    }
    if (path == null) {
      return unknownUrl(request);
    }
    if (request.headers().contains(GatewayApi.HOP_HEADER)) {
      return WeftError.of(
              "gateway:loop",
              Reason.INVALID,
              "This request comes from Weft itself: the address of one of its model providers leads"
                  + " back to the gateway. Correct the provider's baseUrl.")
          .exception();
    }
    if (route == null) {
      String allowed = path.allowed();
      exchange.response().putHeader(HttpHeaders.ALLOW, allowed);
      return WeftError.of(
              "gateway:method",
              Reason.INVALID,
              "Method " + request.method().name() + " is not allowed here; use " + allowed + ".")
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
    if (route == null || route.key() == Route.Key.NONE) {
      return null;
    }
    Future<SignedIdentity> identity;
    try {
      identity = credentials.identity(Credentials.of(request.headers()), exchange.client());
      around.metrics().credential(identity.isComplete());
    } catch (WeftException noCredential) {
      identity = Future.failedFuture(noCredential);
    }
    return route.key() == Route.Key.REQUIRED
        ? identity
        : identity.otherwise((@Nullable SignedIdentity) null);
  }

  /**
   * Bodies are JSON whatever their type says, because curl and many clients do not say; only types
   * that certainly hold something else are refused.
   */
  private static @Nullable WeftException unreadable(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (!ContentDecoder.isPlain(encoding) && !ContentDecoder.knows(encoding)) {
      return WeftError.of(
              "gateway:media",
              Reason.INVALID,
              "Unsupported content encoding '"
                  + shortened(encoding)
                  + "'; send the body as it is, or encoded as "
                  + ContentDecoder.KNOWN
                  + ".")
          .exception();
    }
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

  private static WeftException unknownUrl(HttpServerRequest request) {
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

  private static WeftException malformed(@Nullable Throwable failure) {
    String why = failure == null ? null : failure.getMessage();
    return WeftError.of(
            "gateway:request",
            Reason.INVALID,
            why == null ? "This is not a well-formed request." : shortened(why) + ".")
        .exception();
  }

  private static String shortened(@Nullable String text) {
    if (text == null) {
      return "";
    }
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
