package dev.weft.node.config;

import java.util.List;

/** Settings of the gateway service. */
public final class GatewayKeys {

  static final List<ConfigKey<?>> ALL = List.of();

  private GatewayKeys() {}
}
