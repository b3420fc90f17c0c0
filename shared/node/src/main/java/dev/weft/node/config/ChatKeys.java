package dev.weft.node.config;

import java.util.List;

/** Settings of the chat service. */
public final class ChatKeys {

  static final List<ConfigKey<?>> ALL = List.of();

  private ChatKeys() {}
}
