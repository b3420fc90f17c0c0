package dev.weft.all.doctor;

import dev.weft.all.doctor.Gateway.Answers;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.GatewayKeys;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the addresses that Weft listens on are this machine's, and free or Weft's own. */
final class PortsCheck implements Check {
  @Override
  public String name() {
    return "ports";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    LoadedConfig config = site.config();
    List<Finding> found = new ArrayList<>();
    String host = config.get(GatewayKeys.HOST);
    int door = config.get(GatewayKeys.PORT);
    Finding atTheDoor =
        look(site, host, door, GatewayKeys.HOST.name(), GatewayKeys.PORT.name(), Fault.PORT_TAKEN);
    if (atTheDoor != null) {
      found.add(atTheDoor);
    }
    for (int port : management(config)) {
      Finding one =
          look(
              site,
              config.get(NodeKeys.MANAGEMENT_HOST),
              port,
              NodeKeys.MANAGEMENT_HOST.name(),
              NodeKeys.MANAGEMENT_PORT.name(),
              Fault.PORT_PROCESS);
      if (one != null) {
        found.add(one);
      }
    }
    return found;
  }

  /** Of the services that have no door of their own, when each runs in its process. */
  private static List<Integer> management(LoadedConfig config) {
    int configured = config.get(NodeKeys.MANAGEMENT_PORT);
    if (configured >= 0) {
      return List.of(configured);
    }
    return Services.ALL.stream()
        .filter(service -> !service.equals(GatewayApi.SERVICE))
        .map(ServiceDescriptor::port)
        .toList();
  }

  private static @Nullable Finding look(
      Site site, String host, int port, String hostSetting, String portSetting, Fault taken)
      throws NotChecked {
    if (port == 0) {
      return null;
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return Finding.of(Fault.PORT_HOST, host, hostSetting);
    }
    try (ServerSocket free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(new InetSocketAddress(address, port));
      return null;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Cannot assign")) {
        return Finding.of(Fault.PORT_HOST, host, hostSetting);
      }
      Answers who = site.gateway().whoIsAt(address.isAnyLocalAddress() ? "127.0.0.1" : host, port);
      // What speaks TLS cannot be told apart here: the check of the gateway says more.
      boolean secure = !site.config().get(GatewayKeys.TLS_CERTIFICATE).isBlank();
      return who == Answers.WEFT || (secure && taken == Fault.PORT_TAKEN)
          ? null
          : Finding.of(taken, host + ":" + port, portSetting, String.valueOf(e.getMessage()));
    }
  }
}
