package dev.weft.gateway.routes;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.http.Binding;
import dev.weft.durable.ObjectDoor;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.watch.WatcherCount;
import io.vertx.core.Vertx;
import java.util.List;

/** Makes the routes to public objects. */
public final class ObjectRoutes {
  private final Vertx vertx;
  private final ObjectDoor objects;
  private final PublicNamespaces namespaces;
  private final HttpLimits limits;
  private final Origins origins;
  private final WatcherCount watchers;

  /**
   * @param services whose public namespaces are known before a node hosts them
   */
  public ObjectRoutes(
      Vertx vertx,
      ObjectDoor objects,
      List<ServiceDescriptor> services,
      HttpLimits limits,
      Origins origins,
      WatcherCount watchers) {
    this.vertx = vertx;
    this.objects = objects;
    this.namespaces = new PublicNamespaces(services);
    this.limits = limits;
    this.origins = origins;
    this.watchers = watchers;
  }

  Route.Handler calls(Binding.ObjectCall call) {
    return new ObjectRoute(vertx, objects, namespaces, call, limits.callTimeout());
  }

  Route.Handler watches(Binding.ObjectWatch watch) {
    return new ObjectWatchRoute(
        objects, namespaces, watch.access().scope(), limits, origins, watchers);
  }
}
