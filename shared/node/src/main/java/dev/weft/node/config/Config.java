package dev.weft.node.config;

import org.jspecify.annotations.Nullable;

/** The effective configuration. Immutable. */
public interface Config {

  /** The value of a key: flag, else environment, else file, else default. Never null. */
  <T> T get(ConfigKey<T> key);

  /**
   * Where the value comes from, for people: {@code conf/weft.yaml:12}, {@code WEFT_GATEWAY__PORT}.
   */
  String origin(ConfigKey<?> key);

  /**
   * A variable of the environment or, where that lacks it, of the {@code .env} file; null when it
   * is not set. For settings that name a variable; all others are keys.
   */
  default @Nullable String variable(String name) {
    return System.getenv(name);
  }
}
