package dev.weft.all.process;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.mesh.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The five jars as processes on loopback, on ports of their own. */
final class Nodes implements AutoCloseable {
  private static final List<String> SERVICES =
      Services.ALL.stream().map(ServiceDescriptor::name).toList();
  private static final Duration START = Duration.ofSeconds(90);

  private final Path folder;
  private final Map<String, String> common;
  private final Map<String, Integer> memberPorts = new LinkedHashMap<>();
  private final Map<String, Integer> managementPorts = new HashMap<>();
  private final int gatewayPort;
  private final Map<String, WeftProcess> running = new LinkedHashMap<>();

  /**
   * @param common environment of every process
   */
  Nodes(Path folder, Map<String, String> common) throws IOException {
    this.folder = folder;
    this.common = common;
    List<Integer> ports = FreePorts.find(2 * SERVICES.size() + 1);
    for (int i = 0; i < SERVICES.size(); i++) {
      memberPorts.put(SERVICES.get(i), ports.get(i));
      managementPorts.put(SERVICES.get(i), ports.get(SERVICES.size() + i));
    }
    gatewayPort = ports.getLast();
  }

  String url() {
    return "http://127.0.0.1:" + gatewayPort;
  }

  int managementPort(String service) {
    return Objects.requireNonNull(managementPorts.get(service), service);
  }

  /** Starts a service's process, without waiting for it. */
  WeftProcess start(String service) throws IOException {
    Map<String, String> environment = new HashMap<>(common);
    environment.put("WEFT_CLUSTER__PORT", String.valueOf(memberPorts.get(service)));
    environment.put(
        "WEFT_CLUSTER__MEMBERS",
        memberPorts.values().stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(",")));
    environment.put("WEFT_MANAGEMENT__PORT", String.valueOf(managementPorts.get(service)));
    environment.put("WEFT_GATEWAY__PORT", String.valueOf(gatewayPort));
    environment.put("WEFT_DRAIN_TIMEOUT", "1s");
    environment.put("WEFT_GATEWAY__DRAIN_TIMEOUT", "1s");
    WeftProcess process = WeftProcess.jar(folder, environment, service);
    running.put(service, process);
    return process;
  }

  WeftProcess process(String service) {
    return Objects.requireNonNull(running.get(service), service);
  }

  /** Waits until the process says that it is ready. */
  void awaitReady(String service) {
    process(service).awaitOut(START, "is ready");
  }

  /** Stops the processes, the gateway first. */
  @Override
  public void close() throws Exception {
    List<WeftProcess> all = new ArrayList<>();
    for (String service : SERVICES) {
      WeftProcess process = running.get(service);
      if (process != null) {
        all.add(process);
        process.signal("TERM");
      }
    }
    for (WeftProcess process : all) {
      process.close();
    }
  }
}
