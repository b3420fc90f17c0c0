package dev.weft.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gathers the settings of the services that a process runs. Those of other services, which the same
 * file or environment may hold, are left to the processes that run them.
 */
public final class Settings {

  /**
   * All settings of a process with these services, in the order of the reference: those of every
   * process, then those of the services in the order of {@link Services#ALL}.
   *
   * @throws IllegalStateException when a setting of a service does not begin with its name
   */
  public static List<ConfigKey<?>> of(List<Service> services) {
    List<ConfigKey<?>> keys = new ArrayList<>(NodeKeys.ALL);
    List<String> order = Services.ALL.stream().map(ServiceDescriptor::name).toList();
    List<Service> ordered = new ArrayList<>(services);
    ordered.sort(Comparator.comparingInt(service -> place(order, service)));
    for (Service service : ordered) {
      for (ConfigKey<?> key : service.settings()) {
        if (!key.name().startsWith(service.name() + ".")) {
          throw new IllegalStateException(
              key.name() + " is a setting of " + service.name() + " and not named after it");
        }
        keys.add(key);
      }
    }
    return List.copyOf(keys);
  }

  /** A loader of them that reads nothing yet. */
  public static ConfigLoader loader(List<Service> services) {
    Set<String> here = services.stream().map(Service::name).collect(Collectors.toSet());
    Set<String> elsewhere =
        Services.ALL.stream()
            .map(ServiceDescriptor::name)
            .filter(name -> !here.contains(name))
            .collect(Collectors.toSet());
    return new ConfigLoader(of(services), elsewhere);
  }

  /**
   * A loader of what a process started from the shell goes by: {@code conf/weft.yaml} and {@code
   * .env} of the working directory, and the environment.
   */
  public static ConfigLoader ofProcess(List<Service> services) {
    return loader(services)
        .file(Path.of("conf", "weft.yaml"), false)
        .dotEnv(Path.of(".env"))
        .environment(System.getenv());
  }

  private static int place(List<String> order, Service service) {
    int place = order.indexOf(service.name());
    return place < 0 ? order.size() : place;
  }

  private Settings() {}
}
