package dev.weft.node.config;

import java.util.List;

/** Settings of the auth service. */
public final class AuthKeys {

  static final List<ConfigKey<?>> ALL = List.of();

  private AuthKeys() {}
}
