package dev.weft.all.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final List<Service> SERVICES = Service.onClassPath();
  private static final List<ConfigKey<?>> KEYS = Settings.of(SERVICES);

  @Test
  void everyNameAndVariableIsUsedOnce() {
    Set<String> names = new HashSet<>();
    Set<String> variables = new HashSet<>();
    for (ConfigKey<?> key : KEYS) {
      assertThat(names.add(key.name())).as(key.name()).isTrue();
      assertThat(variables.add(key.environmentVariable())).as(key.name()).isTrue();
      for (String alias : key.aliases()) {
        assertThat(variables.add(alias)).as(alias).isTrue();
      }
    }
  }

  @Test
  void noNameIsAGroupAndASetting() {
    List<String> names = KEYS.stream().map(ConfigKey::name).toList();
    for (String name : names) {
      assertThat(names).noneMatch(other -> other.startsWith(name + "."));
    }
  }

  @Test
  void everyDefaultPassesItsOwnCheck() {
    for (ConfigKey<?> key : KEYS) {
      assertThat(problem(key)).as(key.name()).isNull();
    }
  }

  @Test
  void theVariablesOfTheManualAreUnderstood() {
    LoadedConfig config =
        Settings.loader(SERVICES)
            .environment(
                Map.of(
                    "DATABASE_URL", "postgresql://weft@db/weft",
                    "WEFT_DATA", "/var/lib/weft",
                    "WEFT_MASTER_KEY", "secret"))
            .load();
    assertThat(config.get(NodeKeys.DATABASE_URL)).isEqualTo("postgresql://weft@db/weft");
    assertThat(config.get(NodeKeys.DATA)).isEqualTo("/var/lib/weft");
    assertThat(config.get(NodeKeys.MASTER_KEY)).isEqualTo("secret");
  }

  private static <T> @org.jspecify.annotations.Nullable String problem(ConfigKey<T> key) {
    return key.check().apply(key.defaultValue());
  }
}
