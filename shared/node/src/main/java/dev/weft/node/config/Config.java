package dev.weft.node.config;

/** The effective configuration. Immutable. */
public interface Config {

  /** The value of a key: flag, else environment, else file, else default. Never null. */
  <T> T get(ConfigKey<T> key);

  /**
   * Where the value comes from, for people: {@code conf/weft.yaml:12}, {@code WEFT_GATEWAY__PORT}.
   */
  String origin(ConfigKey<?> key);
}
