package dev.weft.all.cluster;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.mesh.FreePorts;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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

  /**
   * Options of the JVM after those that this process was started with, which count where they
   * differ: a service needs less of a heap than all of them in one process.
   */
  private static final List<String> JVM = List.of("-Xms36m", "-Xmn12m", "-Xmx512m");

  public ClusterPlan {
    children = List.copyOf(children);
  }

  /**
   * Plans a cluster.
   *
   * @param anyPorts whether the ports within the cluster are any free ones instead of the usual
   * @param arguments for each process
   * @param environment for each process
   */
  public static ClusterPlan of(
      boolean anyPorts, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Map<String, Map<String, String>> ports = anyPorts ? freePorts() : Map.of();
    List<ChildSpec> children = new ArrayList<>();
    for (String service : SERVICES) {
      Map<String, String> variables = new HashMap<>(environment);
      variables.putAll(ports.getOrDefault(service, Map.of()));
      children.add(new ChildSpec(service, command(service, arguments), variables));
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

  /** Runs this program's own jar, so that all share its start-up cache. */
  private static List<String> command(String service, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Two processes cannot listen for one debugger.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agentlib:jdwp"))
        .forEach(command::add);
    command.addAll(JVM);
    String own = System.getenv().getOrDefault("WEFT_JAVA_OPTS", "").strip();
    if (!own.isEmpty()) {
      command.addAll(List.of(own.split("\\s+")));
    }
    command.addAll(
        List.of("-jar", System.getProperty("java.class.path"), ServiceProcess.COMMAND, service));
    command.addAll(arguments);
    return command;
  }
}
