package dev.weft.all.doctor;

import dev.weft.gateway.GatewayKeys;
import dev.weft.node.Profile;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Whether the settings are valid, and fit each other. */
final class ConfigurationCheck implements Check {
  @Override
  public String name() {
    return "configuration";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    List<Finding> found = new ArrayList<>();
    for (String problem : site.configProblems()) {
      found.add(Finding.of(Fault.CONFIG_INVALID, problem));
    }
    if (!found.isEmpty()) {
      return found;
    }
    LoadedConfig config = site.config();
    if (config.get(NodeKeys.PROFILE) == Profile.PROD && config.get(NodeKeys.MASTER_KEY).isEmpty()) {
      found.add(Finding.of(Fault.CONFIG_MASTER_KEY, NodeKeys.MASTER_KEY.name()));
    }
    String host = config.get(GatewayKeys.HOST);
    if (config.get(NodeKeys.PROFILE) == Profile.DEV && !isLoopback(host)) {
      found.add(Finding.of(Fault.CONFIG_PROFILE, GatewayKeys.HOST.name() + " = " + host));
    }
    return found;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Another check says so.
      return true;
    }
  }
}
