package dev.weft.contracts;

import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.objects.Namespace;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What others need to know of a service: constants of its package here, so that a process knows
 * them without holding the service. The other half, what only the service needs, lies in its
 * module.
 *
 * @param name first word of its endpoints' names, its schema, its group of settings
 * @param port HTTP port of a process that runs it alone: health and metrics, or all of HTTP
 * @param clusterPort port of such a process for the members of its cluster
 * @param needs names of the services that it calls; whoever calls it thereby calls these too
 * @param healthPath where the gateway tells how it is
 * @param routes what of it the gateway answers
 * @param objects namespaces of the objects it hosts; while no node hosts a public one of them, the
 *     gateway says that the service is away
 * @param title of its routes in the API reference
 * @param about one sentence below that title
 */
public record ServiceDescriptor(
    String name,
    int port,
    int clusterPort,
    List<String> needs,
    String healthPath,
    List<HttpRoute> routes,
    List<Namespace<?>> objects,
    String title,
    String about) {

  private static final Pattern NAME = Pattern.compile("[a-z]+");

  public ServiceDescriptor {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is no name of a service");
    }
    Objects.requireNonNull(healthPath, name);
    needs = List.copyOf(needs);
    routes = List.copyOf(routes);
    objects = List.copyOf(objects);
    for (HttpRoute route : routes) {
      String answering = route.binding().service();
      if (answering != null && !answering.equals(name)) {
        throw new IllegalArgumentException(
            route.id() + " is a route of " + name + " and calls " + answering);
      }
    }
  }

  /** A service that needs no other, has no routes and hosts no objects. */
  public static ServiceDescriptor of(String name, int port, int clusterPort, String healthPath) {
    return new ServiceDescriptor(
        name, port, clusterPort, List.of(), healthPath, List.of(), List.of(), name, "");
  }

  /** The same with its heading in the API reference. */
  public ServiceDescriptor titled(String newTitle, String newAbout) {
    return new ServiceDescriptor(
        name, port, clusterPort, needs, healthPath, routes, objects, newTitle, newAbout);
  }

  /** The same; it calls these services. */
  public ServiceDescriptor needing(String... services) {
    return new ServiceDescriptor(
        name, port, clusterPort, List.of(services), healthPath, routes, objects, title, about);
  }

  /** The same with routes. */
  public ServiceDescriptor answering(HttpRoute... newRoutes) {
    return new ServiceDescriptor(
        name, port, clusterPort, needs, healthPath, List.of(newRoutes), objects, title, about);
  }

  /** The same; it hosts the objects of these namespaces. */
  public ServiceDescriptor hosting(Namespace<?>... namespaces) {
    return new ServiceDescriptor(
        name, port, clusterPort, needs, healthPath, routes, List.of(namespaces), title, about);
  }

  /** The one of that name; null when there is none. */
  public static @Nullable ServiceDescriptor named(String name, List<ServiceDescriptor> among) {
    return among.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }
}
