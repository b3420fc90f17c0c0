package dev.weft.node.config;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A setting. Keys are constants; each service lists its own, so that a name nobody knows is
 * refused.
 *
 * @param name dotted name as in the file: {@code gateway.port}
 * @param type what the value is read as (Jackson): a scalar, {@link java.time.Duration} written
 *     {@code 30s}, a record, a list
 * @param defaultValue used when nothing is set
 * @param aliases environment variables beside {@code WEFT_GATEWAY__PORT}
 * @param description one line for the reference
 * @param secret whether the value is masked wherever it is shown
 * @param check what is wrong with a value, or null
 */
public record ConfigKey<T>(
    String name,
    TypeReference<T> type,
    T defaultValue,
    List<String> aliases,
    String description,
    boolean secret,
    Function<T, @Nullable String> check) {

  public ConfigKey {
    Objects.requireNonNull(defaultValue, name);
    aliases = List.copyOf(aliases);
  }

  public static <T> ConfigKey<T> of(
      String name, TypeReference<T> type, T defaultValue, String description) {
    return new ConfigKey<>(name, type, defaultValue, List.of(), description, false, value -> null);
  }

  public ConfigKey<T> withAliases(String... names) {
    return new ConfigKey<>(name, type, defaultValue, List.of(names), description, secret, check);
  }

  public ConfigKey<T> asSecret() {
    return new ConfigKey<>(name, type, defaultValue, aliases, description, true, check);
  }

  /** The same key with a check: what is wrong with a value and what would be right, or null. */
  public ConfigKey<T> checked(Function<T, @Nullable String> newCheck) {
    return new ConfigKey<>(name, type, defaultValue, aliases, description, secret, newCheck);
  }

  /** The environment variable of the name: {@code WEFT_GATEWAY__PORT}. */
  public String environmentVariable() {
    return environmentVariable(name);
  }

  /** The environment variable of a setting's name, or what those of a group begin with. */
  static String environmentVariable(String name) {
    StringBuilder out = new StringBuilder("WEFT_");
    for (char c : name.toCharArray()) {
      if (c == '.') {
        out.append("__");
      } else {
        if (Character.isUpperCase(c)) {
          out.append('_');
        }
        out.append(Character.toUpperCase(c));
      }
    }
    return out.toString();
  }
}
