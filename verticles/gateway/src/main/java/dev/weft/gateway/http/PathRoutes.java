package dev.weft.gateway.http;

import dev.weft.gateway.http.answer.Target;
import dev.weft.gateway.metrics.GatewayMetrics;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routes of one path, by method. Unmodified once all are added. */
final class PathRoutes {
  private final PathTemplate template;
  private final Map<HttpMethod, Entry> methods = new HashMap<>();

  /** A route with what an exchange needs to know of it. */
  record Entry(Route route, Target target) {}

  private PathRoutes(PathTemplate template) {
    this.template = template;
  }

  /**
   * The routes by path, in the order a router should try them: first paths without variables that
   * take a body, then the others without variables, then those with: fewer first, since {@code
   * /a/{b}/c} is meant where {@code /a/{b}/{c}} fits too; each in the order given.
   *
   * @throws IllegalArgumentException when two have the same method and path
   */
  static List<PathRoutes> of(List<Route> routes, GatewayMetrics metrics) {
    Map<String, PathRoutes> byText = new LinkedHashMap<>();
    for (Route route : routes) {
      PathRoutes path =
          byText.computeIfAbsent(route.template(), text -> new PathRoutes(new PathTemplate(text)));
      Target target =
          new Target(
              route.template(),
              route.logged(),
              metrics.route(route.template()),
              route.handler()::handle);
      if (path.methods.put(route.method(), new Entry(route, target)) != null) {
        throw new IllegalArgumentException(route.method() + " " + route.template() + " twice");
      }
    }
    List<PathRoutes> all = new ArrayList<>(byText.values());
    all.sort(
        Comparator.comparingInt(PathRoutes::rank)
            .thenComparingInt(path -> path.template.breadth()));
    return all;
  }

  private int rank() {
    if (!template.exact()) {
      return 2;
    }
    return methods.values().stream().anyMatch(entry -> entry.route().maxBodyBytes() > 0) ? 0 : 1;
  }

  PathTemplate template() {
    return template;
  }

  /** The route for the method; a GET route also answers HEAD. Null when there is none. */
  @Nullable Entry entry(HttpMethod method) {
    Entry entry = methods.get(method);
    return entry == null && method.equals(HttpMethod.HEAD) ? methods.get(HttpMethod.GET) : entry;
  }

  /** The value of {@code Allow}. */
  String allowed() {
    return methods.keySet().stream()
        .map(HttpMethod::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
