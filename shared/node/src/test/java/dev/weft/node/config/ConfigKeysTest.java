package dev.weft.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigKeysTest {

  @Test
  void everyNameAndVariableIsUsedOnce() {
    Set<String> names = new HashSet<>();
    Set<String> variables = new HashSet<>();
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(names.add(key.name())).as(key.name()).isTrue();
      assertThat(variables.add(key.environmentVariable())).as(key.name()).isTrue();
      for (String alias : key.aliases()) {
        assertThat(variables.add(alias)).as(alias).isTrue();
      }
    }
  }

  @Test
  void noNameIsAGroupAndASetting() {
    List<String> names = ConfigKeys.all().stream().map(ConfigKey::name).toList();
    for (String name : names) {
      assertThat(names).noneMatch(other -> other.startsWith(name + "."));
    }
  }

  @Test
  void everyDefaultPassesItsOwnCheck() {
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(problem(key)).as(key.name()).isNull();
    }
  }

  @Test
  void theVariablesOfTheManualAreUnderstood() {
    LoadedConfig config =
        new ConfigLoader()
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
