package dev.weft.all.command;

import dev.weft.gateway.GatewayKeys;
import dev.weft.mesh.FreePorts;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that run services. */
final class RunOptions {
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(names = "--port", paramLabel = "PORT")
  private @Nullable Integer port;

  @Option(names = "--json")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Whether the user asked for any free port. */
  boolean anyPort() {
    return port != null && port == 0;
  }

  @Nullable Path file() {
    return config.file();
  }

  /**
   * The configuration, with a port that is free where any will do. Processes for people at a
   * terminal give running requests a second to end, where the configuration does not say how long:
   * Ctrl-C is not a deployment.
   */
  LoadedConfig load() throws IOException {
    LoadedConfig asSet = loader().load();
    ConfigLoader loader = loader();
    if (anyPort()) {
      loader.flag("gateway.port", String.valueOf(FreePorts.find(1).getFirst()), "--port 0");
    }
    if (ConfigOptions.isDefault(asSet, NodeKeys.DRAIN_TIMEOUT)) {
      loader.flag(NodeKeys.DRAIN_TIMEOUT.name(), "1s", "weft");
    }
    if (ConfigOptions.isDefault(asSet, GatewayKeys.DRAIN_TIMEOUT)) {
      loader.flag(GatewayKeys.DRAIN_TIMEOUT.name(), "1s", "weft");
    }
    return loader.load();
  }

  private ConfigLoader loader() {
    ConfigLoader loader = config.loader();
    if (port != null) {
      loader.flag("gateway.port", String.valueOf(port), "--port");
    }
    return loader;
  }
}
