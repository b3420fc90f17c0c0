package dev.weft.node.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: flag, else environment variable, else {@code .env} file, else YAML file,
 * else default. Everything that is wrong is reported at once.
 *
 * <p>An empty environment variable counts as not set.
 */
public final class ConfigLoader {

  private final List<ConfigKey<?>> keys;
  private final Set<String> elsewhere;
  private final Map<String, ConfigKey<?>> byName;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, LoadedConfig.Entry> entries = new HashMap<>();

  private @Nullable Path file;
  private boolean fileRequired;
  private @Nullable Path dotEnvFile;
  private Map<String, String> environment = Map.of();
  private Map<String, String> variables = Map.of();
  private final Map<String, Flag> flags = new LinkedHashMap<>();

  private record Flag(String value, String origin) {}

  /**
   * @param keys the settings it knows
   * @param elsewhere names of groups whose settings other processes know; what stands there is left
   *     to them
   */
  public ConfigLoader(Collection<ConfigKey<?>> keys, Set<String> elsewhere) {
    this.keys = List.copyOf(keys);
    this.elsewhere = Set.copyOf(elsewhere);
    this.byName =
        this.keys.stream().collect(Collectors.toMap(ConfigKey::name, Function.identity()));
  }

  /**
   * Reads a YAML file.
   *
   * @param required whether it is a problem that it does not exist
   */
  public ConfigLoader file(Path yaml, boolean required) {
    this.file = yaml;
    this.fileRequired = required;
    return this;
  }

  /** Reads a {@code .env} file if it exists; it fills what the environment lacks. */
  public ConfigLoader dotEnv(Path path) {
    this.dotEnvFile = path;
    return this;
  }

  public ConfigLoader environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /**
   * Sets a value from the command line.
   *
   * @param name of the setting
   * @param value as text; lists with commas or as JSON
   * @param origin what the user typed: {@code --port}
   */
  public ConfigLoader flag(String name, String value, String origin) {
    flags.put(name, new Flag(value, origin));
    return this;
  }

  /**
   * Reads everything.
   *
   * @throws ConfigException naming every problem
   */
  public LoadedConfig load() {
    problems.clear();
    entries.clear();
    readFile();
    readEnvironment();
    readFlags();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new LoadedConfig(keys, entries, variables);
  }

  private void readFile() {
    if (file == null) {
      return;
    }
    String name = file.toString();
    try {
      YamlFile yaml = YamlFile.parse(Files.readString(file));
      walk(yaml, name, "", yaml.root());
    } catch (NoSuchFileException e) {
      if (fileRequired) {
        problems.add(name + ": there is no such file");
      }
    } catch (YamlFile.Malformed e) {
      problems.add(name + ":" + e.line + ": " + e.getMessage());
    } catch (IOException e) {
      problems.add(name + ": cannot be read: " + e.getMessage());
    }
  }

  private void walk(YamlFile yaml, String fileName, String path, JsonNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JsonNode value = field.getValue();
      if (elsewhere.contains(name)) {
        continue;
      }
      ConfigKey<?> key = byName.get(name);
      String where = fileName + ":" + yaml.line(name);
      if (key != null) {
        // A name with nothing after it keeps its default, so that lines can be emptied.
        if (!value.isNull()) {
          set(key, value, where, at -> fileName + ":" + yaml.line(name + at));
        }
      } else if (!isGroup(name)) {
        problems.add(where + ": " + name + " is not a setting. " + suggestion(name));
      } else if (value.isObject()) {
        walk(yaml, fileName, name, value);
      } else if (!value.isNull()) {
        problems.add(where + ": " + name + " is a group of settings, not a value");
      }
    }
  }

  private void readEnvironment() {
    Map<String, String> values = new TreeMap<>();
    Map<String, String> origins = new HashMap<>();
    readDotEnv(values, origins);
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            values.put(name, value);
            origins.put(name, name);
          }
        });
    variables = values;
    Map<String, ConfigKey<?>> byVariable = new HashMap<>();
    // The first name that is set wins, so each key's own name comes before its aliases.
    for (ConfigKey<?> key : keys) {
      List<String> names = new ArrayList<>(List.of(key.environmentVariable()));
      names.addAll(key.aliases());
      names.forEach(name -> byVariable.put(name, key));
      for (String name : names) {
        String value = values.get(name);
        if (value != null) {
          set(key, value, origins.getOrDefault(name, name));
          break;
        }
      }
    }
    for (String name : values.keySet()) {
      if (name.startsWith("WEFT_") && !byVariable.containsKey(name) && !isElsewhere(name)) {
        unknownVariable(name, origins.getOrDefault(name, name), byVariable.keySet());
      }
    }
  }

  private boolean isElsewhere(String variable) {
    return elsewhere.stream()
        .anyMatch(group -> variable.startsWith(ConfigKey.environmentVariable(group) + "__"));
  }

  /** Other programs may have WEFT_ variables of their own: only what looks like ours is refused. */
  private void unknownVariable(String name, String origin, Collection<String> known) {
    String nearest = Nearest.of(name, known);
    boolean typo = nearest != null && Nearest.distance(name, nearest) <= 2;
    if (typo || name.contains("__")) {
      String where = origin.equals(name) ? "environment" : origin;
      problems.add(
          where
              + ": "
              + name
              + " is not a setting. "
              + (nearest == null ? "" : "Did you mean " + nearest + "?").strip());
    }
  }

  private void readDotEnv(Map<String, String> values, Map<String, String> origins) {
    if (dotEnvFile == null) {
      return;
    }
    String fileName = dotEnvFile.toString();
    try {
      DotEnv.parse(Files.readString(dotEnvFile), fileName, problems)
          .forEach(
              (name, variable) -> {
                if (!variable.value().isBlank()) {
                  values.put(name, variable.value());
                  origins.put(name, fileName + ":" + variable.line());
                }
              });
    } catch (NoSuchFileException e) {
      // Most have none.
    } catch (IOException e) {
      problems.add(fileName + ": cannot be read: " + e.getMessage());
    }
  }

  private void readFlags() {
    flags.forEach(
        (name, flag) -> {
          ConfigKey<?> key = byName.get(name);
          int dot = name.indexOf('.');
          if (dot > 0 && elsewhere.contains(name.substring(0, dot))) {
            problems.add(
                flag.origin()
                    + ": this process does not run "
                    + name.substring(0, dot)
                    + ", whose setting that is");
          } else if (key == null) {
            problems.add(flag.origin() + ": " + name + " is not a setting. " + suggestion(name));
          } else {
            set(key, flag.value(), flag.origin());
          }
        });
  }

  private void set(ConfigKey<?> key, String text, String origin) {
    try {
      set(key, ConfigValues.node(key, text), origin, at -> origin);
    } catch (ConfigValues.Unreadable e) {
      problems.add(origin + ": " + key.name() + " " + e.problem());
    }
  }

  private <T> void set(
      ConfigKey<T> key, JsonNode node, String origin, Function<String, String> where) {
    try {
      Object value = ConfigValues.read(key, node);
      @SuppressWarnings("unchecked") // read as the key's type
      String wrong = key.check().apply((T) value);
      if (wrong != null) {
        String shown = key.secret() ? "" : " is " + ConfigValues.text(value) + ", but";
        problems.add(origin + ": " + key.name() + shown + " " + wrong);
      } else {
        entries.put(key.name(), new LoadedConfig.Entry(value, origin));
      }
    } catch (ConfigValues.Unreadable e) {
      problems.add(where.apply(e.path) + ": " + key.name() + e.path + " " + e.problem());
    }
  }

  private boolean isGroup(String name) {
    String prefix = name + ".";
    return keys.stream().anyMatch(key -> key.name().startsWith(prefix));
  }

  private String suggestion(String name) {
    List<String> known = new ArrayList<>(byName.keySet());
    byName.keySet().forEach(key -> addGroups(key, known));
    String nearest = Nearest.of(name, known);
    return nearest == null
        ? "docs/reference/configuration.md lists all."
        : "Did you mean " + nearest + "?";
  }

  private static void addGroups(String key, List<String> known) {
    for (int dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
      known.add(key.substring(0, dot));
    }
  }
}
