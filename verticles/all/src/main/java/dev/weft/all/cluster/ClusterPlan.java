package dev.weft.all.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to start for a cluster on this machine: five processes, the gateway last, so that it stops
 * first.
 *
 * @param gatewayPort where clients connect
 * @param children the processes in the order of starting
 */
public record ClusterPlan(int gatewayPort, List<ChildSpec> children) {
  private static final List<String> SERVICES = List.of("auth", "rag", "chat", "mcp", "gateway");

  public ClusterPlan {
    children = List.copyOf(children);
  }

  /**
   * Plans a cluster.
   *
   * @param home the checkout with the jars
   * @param gatewayPort 0 for any free one; then all other ports of the cluster are free ones too
   * @param arguments for each process
   * @param environment for each process
   */
  public static ClusterPlan of(
      Path home, int gatewayPort, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Map<String, Map<String, String>> ports = new LinkedHashMap<>();
    int door = gatewayPort;
    if (gatewayPort == 0) {
      List<Integer> free = FreePorts.find(2 * SERVICES.size());
      List<String> members =
          free.subList(0, SERVICES.size()).stream().map(p -> "127.0.0.1:" + p).toList();
      for (int i = 0; i < SERVICES.size(); i++) {
        Map<String, String> own = new HashMap<>();
        own.put("WEFT_CLUSTER__PORT", String.valueOf(free.get(i)));
        own.put("WEFT_CLUSTER__MEMBERS", String.join(",", members));
        own.put("WEFT_MANAGEMENT__PORT", String.valueOf(free.get(SERVICES.size() + i)));
        ports.put(SERVICES.get(i), own);
      }
      door = free.getLast();
    }
    List<ChildSpec> children = new ArrayList<>();
    for (String service : SERVICES) {
      Map<String, String> variables = new HashMap<>(environment);
      variables.putAll(ports.getOrDefault(service, Map.of()));
      variables.put("WEFT_GATEWAY__PORT", String.valueOf(door));
      children.add(new ChildSpec(service, command(home, service, arguments), variables));
    }
    return new ClusterPlan(door, children);
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
