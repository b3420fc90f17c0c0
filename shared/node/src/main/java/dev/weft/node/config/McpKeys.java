package dev.weft.node.config;

import java.util.List;

/** Settings of the mcp service. */
public final class McpKeys {

  static final List<ConfigKey<?>> ALL = List.of();

  private McpKeys() {}
}
