package dev.weft.all.cluster;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to start for a cluster on this machine: one process a service, the gateway last, so that it
 * stops first.
 *
 * @param children the processes in the order of starting
 */
public record ClusterPlan(List<ChildSpec> children) {
  private static final List<String> SERVICES =
      Services.startOrder(Services.ALL).stream().map(ServiceDescriptor::name).toList();

  public ClusterPlan {
    children = List.copyOf(children);
  }

  /**
   * Plans a cluster.
   *
   * @param home the checkout with the jars
   * @param anyPorts whether the ports within the cluster are any free ones instead of the usual
   * @param arguments for each process
   * @param environment for each process
   */
  public static ClusterPlan of(
      Path home, boolean anyPorts, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Map<String, Map<String, String>> ports = anyPorts ? freePorts() : Map.of();
    List<ChildSpec> children = new ArrayList<>();
    for (String service : SERVICES) {
      Map<String, String> variables = new HashMap<>(environment);
      variables.putAll(ports.getOrDefault(service, Map.of()));
      children.add(new ChildSpec(service, command(home, service, arguments), variables));
    }
    return new ClusterPlan(children);
  }

  private static Map<String, Map<String, String>> freePorts() throws IOException {
    int services = SERVICES.size();
    List<Integer> free = FreePorts.find(2 * services);
    String members =
        free.subList(0, services).stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(","));
    Map<String, Map<String, String>> ports = new HashMap<>();
    for (int i = 0; i < services; i++) {
      ports.put(
          SERVICES.get(i),
          Map.of(
              NodeKeys.CLUSTER_PORT.environmentVariable(),
              String.valueOf(free.get(i)),
              NodeKeys.CLUSTER_MEMBERS.environmentVariable(),
              members,
              NodeKeys.MANAGEMENT_PORT.environmentVariable(),
              String.valueOf(free.get(services + i))));
    }
    return ports;
  }

  /** Names of the processes, in the order of starting. */
  public List<String> names() {
    return children.stream().map(ChildSpec::name).toList();
  }

  /** The jars that must have been built. */
  public static List<Path> jars(Path home) {
    return SERVICES.stream().map(service -> jar(home, service)).toList();
  }

  private static Path jar(Path home, String service) {
    return home.resolve("verticles/" + service + "/target/weft-" + service + ".jar");
  }

  private static List<String> command(Path home, String service, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            jar(home, service).toString()));
    command.addAll(arguments);
    return command;
  }
}
