package dev.weft.gateway.routes;

import dev.weft.contracts.Endpoint.Access;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.chat.BytesRoute;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.Mesh;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the gateway's routes of what the services say of themselves. */
public final class Routes {
  private final Mesh mesh;
  private final Vertx vertx;
  private final HttpLimits limits;
  private final Origins origins;
  private final GatewayMetrics metrics;
  private final ObjectRoutes objects;
  private final List<ServiceDescriptor> services;

  /**
   * @param services whose routes there are
   */
  public Routes(
      Mesh mesh,
      Vertx vertx,
      HttpLimits limits,
      Origins origins,
      GatewayMetrics metrics,
      ObjectRoutes objects,
      List<ServiceDescriptor> services) {
    this.objects = objects;
    this.services = services;
    this.mesh = mesh;
    this.vertx = vertx;
    this.limits = limits;
    this.origins = origins;
    this.metrics = metrics;
  }

  /**
   * The routes of all services, in their order.
   *
   * @param own what answers the routes that the gateway answers itself, by path
   * @throws IllegalStateException when one of those has no answer, or an answer no route
   */
  public List<Route> all(Map<String, Route.Handler> own) {
    List<Route> routes = new ArrayList<>();
    List<String> answered = new ArrayList<>();
    for (ServiceDescriptor service : services) {
      for (HttpRoute route : service.routes()) {
        switch (route.binding()) {
          case Binding.Own binding -> {
            answered.add(route.path());
            routes.add(own(route, binding.access(), handler(route, own)));
          }
          case Binding.Report report -> {
            answered.add(route.path());
            routes.add(Route.report(route.path(), handler(route, own)));
          }
          default -> routes.add(called(route));
        }
      }
    }
    if (!answered.containsAll(own.keySet())) {
      throw new IllegalStateException("not all of " + own.keySet() + " are routes of a service");
    }
    return List.copyOf(routes);
  }

  private static Route.Handler handler(HttpRoute route, Map<String, Route.Handler> own) {
    Route.Handler handler = own.get(route.path());
    if (handler == null) {
      throw new IllegalStateException("nothing answers " + route.path());
    }
    return handler;
  }

  private static Route own(HttpRoute route, Access access, Route.Handler handler) {
    return new Route(
        HttpMethod.valueOf(route.method().name()),
        route.path(),
        key(access),
        0,
        "",
        true,
        access.scope() == null ? handler : scoped(access.scope(), handler));
  }

  private static Route.Key key(Access access) {
    return access.open() ? Route.Key.NONE : Route.Key.REQUIRED;
  }

  /** What no service answers, no service checks the scope of. */
  private static Route.Handler scoped(String scope, Route.Handler handler) {
    return exchange -> {
      Identity caller = exchange.caller();
      if (caller == null || !caller.holds(scope)) {
        throw WeftError.of(
                "gateway:scope", Reason.DENIED, "The key or token lacks the scope '" + scope + "'.")
            .exception();
      }
      handler.handle(exchange);
    };
  }

  private Route called(HttpRoute route) {
    return new Route(
        HttpMethod.valueOf(route.method().name()),
        route.path(),
        key(route.binding().access()),
        switch (route.body()) {
          case NONE -> 0;
          case FIELDS -> limits.maxFieldsBytes();
          case REQUEST -> limits.maxBodyBytes();
          case DOCUMENT -> limits.maxDocumentBytes();
        },
        switch (route.body()) {
          case FIELDS -> GatewayKeys.MAX_FIELDS_BYTES.name();
          case DOCUMENT -> GatewayKeys.MAX_DOCUMENT_BYTES.name();
          case NONE, REQUEST -> GatewayKeys.MAX_BODY_BYTES.name();
        },
        true,
        handler(route));
  }

  private Route.Handler handler(HttpRoute route) {
    return switch (route.binding()) {
      case Binding.Fields fields -> call(fields.endpoint(), route.secret());
      case Binding.Bytes bytes -> new BytesRoute(mesh, bytes, vertx, limits, metrics);
      case Binding.Relay relay -> new RelayRoute(mesh, relay, origins, limits.requestTimeout());
      case Binding.ObjectCall call -> objects.calls(call);
      case Binding.ObjectWatch watch -> objects.watches(watch);
      case Binding.ObjectInspect inspect ->
          new ObjectInspectRoute(mesh, inspect, limits.callTimeout());
      case Binding.Own own -> throw new IllegalStateException(route.path());
      case Binding.Report report -> throw new IllegalStateException(route.path());
    };
  }

  private <Q, R> Route.Handler call(UnaryEndpoint<Q, R> endpoint, boolean secret) {
    return new EndpointRoute<>(mesh, vertx, endpoint, limits.callTimeout(), secret);
  }
}
