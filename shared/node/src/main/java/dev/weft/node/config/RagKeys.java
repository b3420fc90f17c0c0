package dev.weft.node.config;

import java.util.List;

/** Settings of the rag service. */
public final class RagKeys {

  static final List<ConfigKey<?>> ALL = List.of();

  private RagKeys() {}
}
