package dev.weft.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.node.config.ConfigKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * One of Weft's services: the half of its description that only a node needs which runs it. The
 * other half is its {@link #descriptor()} in contracts. A module names its service in {@code
 * META-INF/services/dev.weft.node.Service}.
 */
public interface Service {

  /** What others know of it. */
  ServiceDescriptor descriptor();

  /** The first word of its endpoints' names. */
  default String name() {
    return descriptor().name();
  }

  /** What it needs of the node. */
  default Needs needs() {
    return Needs.NOTHING;
  }

  /** Its settings, all of which begin with its name, in the order of the reference. */
  default List<ConfigKey<?>> settings() {
    return List.of();
  }

  /**
   * The setting with the port of its own HTTP server; null when it has none. Then a process that
   * runs it alone tells of its health and metrics over HTTP by itself.
   */
  default @Nullable ConfigKey<Integer> door() {
    return null;
  }

  /**
   * Its verticles, which serve its endpoints; each owns what it opens, from its start to its stop.
   * The node deploys them in this order, when its database is migrated and its mesh is up, and
   * undeploys them in the reverse order, after the mesh has drained. Called once.
   */
  List<Deployment> verticles(NodeContext node);

  /**
   * Those whose modules are on the class path, in the order of their start.
   *
   * @throws IllegalStateException when one of them is not in the list of contracts
   */
  static List<Service> onClassPath() {
    Map<String, Service> found = new HashMap<>();
    ServiceLoader.load(Service.class).forEach(service -> found.put(service.name(), service));
    List<Service> ordered = new ArrayList<>();
    for (ServiceDescriptor known : Services.startOrder(Services.ALL)) {
      Service service = found.remove(known.name());
      if (service != null) {
        ordered.add(service);
      }
    }
    if (!found.isEmpty()) {
      throw new IllegalStateException("not among the services of contracts: " + found.keySet());
    }
    return List.copyOf(ordered);
  }

  /**
   * What a service needs.
   *
   * @param database whether it keeps data in PostgreSQL, in a schema of its name; its migrations
   *     lie in {@code db/migration/<name>} on the class path
   * @param objects whether it hosts durable objects; to call them nothing is needed
   */
  record Needs(boolean database, boolean objects) {
    public static final Needs NOTHING = new Needs(false, false);
    public static final Needs DATABASE = new Needs(true, false);

    /** A schema of its own, and hosts durable objects. */
    public static final Needs OBJECTS = new Needs(true, true);

    /** Whether the node must have a database. */
    public boolean anyDatabase() {
      return database || objects;
    }
  }
}
