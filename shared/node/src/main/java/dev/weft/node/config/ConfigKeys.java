package dev.weft.node.config;

import java.util.ArrayList;
import java.util.List;

/** Every setting there is. */
public final class ConfigKeys {

  /** All keys, in the order of the reference. */
  public static List<ConfigKey<?>> all() {
    List<ConfigKey<?>> keys = new ArrayList<>();
    keys.addAll(NodeKeys.ALL);
    keys.addAll(GatewayKeys.ALL);
    keys.addAll(ChatKeys.ALL);
    keys.addAll(AuthKeys.ALL);
    keys.addAll(RagKeys.ALL);
    keys.addAll(McpKeys.ALL);
    return List.copyOf(keys);
  }

  private ConfigKeys() {}
}
