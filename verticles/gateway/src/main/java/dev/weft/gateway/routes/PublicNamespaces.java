package dev.weft.gateway.routes;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectDoor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public namespaces of the services in the list. Those of other programs are known from the
 * nodes alone; of these it is known also before a node has said so. Immutable.
 */
final class PublicNamespaces {
  private final Map<String, String> services = new HashMap<>();

  PublicNamespaces(List<ServiceDescriptor> all) {
    for (ServiceDescriptor service : all) {
      for (Namespace<?> namespace : service.objects()) {
        if (namespace.isPublic()) {
          services.put(namespace.name(), service.name());
        }
      }
    }
  }

  /** The object that a path names. */
  static ObjectDoor.Target target(Identity caller, Map<String, String> variables) {
    return new ObjectDoor.Target(
        variables.getOrDefault("namespace", ""), caller.tenant(), variables.getOrDefault("id", ""));
  }

  /**
   * Refuses a caller without the scope before it can learn which namespaces there are.
   *
   * @throws WeftException {@code gateway:objects.denied}
   */
  static void checkScope(Identity caller, @Nullable String scope) {
    if (scope != null && !caller.holds(scope)) {
      throw WeftError.of(
              "gateway:objects", Reason.DENIED, "The key lacks the scope '" + scope + "'.")
          .exception();
    }
  }

  /** The failure, which names the service when the namespace is one of a service that is away. */
  Throwable explained(ObjectDoor.Target object, Throwable failure) {
    String service = services.get(object.namespace());
    if (service != null
        && failure instanceof WeftException own
        && own.error().reason() == Reason.NOT_FOUND
        && own.error().code().startsWith("object:namespace.")) {
      return WeftError.of(
              "object:namespace",
              Reason.UNAVAILABLE,
              "No node hosts the namespace "
                  + object.namespace()
                  + ": the service "
                  + service
                  + " is away.")
          .exception();
    }
    return failure;
  }
}
