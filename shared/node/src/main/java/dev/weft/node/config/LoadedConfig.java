package dev.weft.node.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration that was read and found valid. Immutable. */
public final class LoadedConfig implements Config {

  /**
   * A value and where it comes from.
   *
   * @param value as read, of the key's type
   * @param origin for people
   */
  record Entry(Object value, String origin) {}

  /**
   * A line of {@link #explain()}.
   *
   * @param key dotted name
   * @param value as in the file; masked when secret, empty when there is none
   * @param origin where it comes from
   * @param description what it is for
   */
  public record Explained(String key, String value, String origin, String description) {}

  static final String DEFAULT_ORIGIN = "default";

  private final List<ConfigKey<?>> keys;
  private final Map<String, Entry> entries;
  private final Map<String, String> variables;

  LoadedConfig(List<ConfigKey<?>> keys, Map<String, Entry> entries, Map<String, String> variables) {
    this.keys = List.copyOf(keys);
    this.entries = Map.copyOf(entries);
    this.variables = Map.copyOf(variables);
  }

  @Override
  @SuppressWarnings("unchecked") // the loader read the value as the key's type
  public <T> T get(ConfigKey<T> key) {
    Entry entry = entries.get(key.name());
    return entry == null ? key.defaultValue() : (T) entry.value();
  }

  @Override
  public String origin(ConfigKey<?> key) {
    Entry entry = entries.get(key.name());
    return entry == null ? DEFAULT_ORIGIN : entry.origin();
  }

  @Override
  public @Nullable String variable(String name) {
    return variables.get(name);
  }

  /** Every setting with its effective value, in the order of the reference. */
  public List<Explained> explain() {
    return keys.stream().map(this::explain).toList();
  }

  private Explained explain(ConfigKey<?> key) {
    return new Explained(key.name(), shown(key, get(key)), origin(key), key.description());
  }

  private static String shown(ConfigKey<?> key, @Nullable Object value) {
    String text = ConfigValues.text(value);
    return key.secret() && !text.isEmpty() ? "***" : text;
  }
}
