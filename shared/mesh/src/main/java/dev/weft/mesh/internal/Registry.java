package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.mesh.BusMeters;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What this node serves. Thread-safe. */
final class Registry {
  private final ConcurrentHashMap<String, ServedEndpoint<?>> served = new ConcurrentHashMap<>();
  private final BusMeters meters;
  private volatile Runnable changed = () -> {};

  Registry(BusMeters meters) {
    this.meters = meters;
  }

  /** Calls the listener, the only one, after an endpoint came or went. */
  void onChange(Runnable listener) {
    changed = listener;
  }

  /**
   * Adds a handler of the verticle that the context belongs to, until the verticle is undeployed.
   */
  @SuppressWarnings("unchecked") // one name has one kind of endpoint, checked below
  <H> void add(Endpoint<?, ?> endpoint, ServeOptions options, H handler, Context context) {
    ServedEndpoint<?> known =
        served.computeIfAbsent(
            endpoint.name(), name -> new ServedEndpoint<H>(endpoint, options, meters.of(name)));
    if (!known.endpoint().equals(endpoint)) {
      throw new IllegalArgumentException(
          endpoint.name() + " is served with other types or rights: " + known.endpoint());
    }
    ServedEndpoint<H> mine = (ServedEndpoint<H>) known;
    var instance = new ServedEndpoint.Instance<>(context, handler, context.isEventLoopContext());
    mine.add(instance, options);
    Contexts.onUndeploy(
        context,
        () -> {
          mine.remove(instance);
          changed.run();
        });
    changed.run();
  }

  /** The endpoint if this node serves it now. */
  @Nullable ServedEndpoint<?> find(String name) {
    ServedEndpoint<?> found = served.get(name);
    return found != null && found.isServed() ? found : null;
  }

  /** Names of the endpoints served now. */
  Set<String> endpoints() {
    Set<String> names = new TreeSet<>();
    served.forEach(
        (name, each) -> {
          if (each.isServed()) {
            names.add(name);
          }
        });
    return names;
  }

  /** Names of the services that something is served of now. */
  Set<String> services() {
    Set<String> names = new TreeSet<>();
    served
        .values()
        .forEach(
            each -> {
              if (each.isServed()) {
                names.add(each.endpoint().service());
              }
            });
    return names;
  }

  /** Requests running now. */
  int running() {
    int sum = 0;
    for (ServedEndpoint<?> each : served.values()) {
      sum += each.running();
    }
    return sum;
  }
}
