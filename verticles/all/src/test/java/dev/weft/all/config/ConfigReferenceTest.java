package dev.weft.all.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.ConfigReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {

  private static final List<ConfigKey<?>> KEYS = Settings.of(Service.onClassPath());
  private static final Path PAGE = Path.of("..", "..", "docs", "reference", "configuration.md");

  @Test
  void thePageIsWhatTheSettingsSay() throws IOException {
    if ("write".equals(System.getProperty("weft.docs"))) {
      Files.writeString(PAGE, ConfigReference.page(KEYS));
    }
    assertThat(Files.readString(PAGE))
        .as(
            "mvn -pl verticles/all -am test -Dtest=ConfigReferenceTest -Dweft.docs=write"
                + " -Dsurefire.failIfNoSpecifiedTests=false")
        .isEqualTo(ConfigReference.page(KEYS));
  }

  @Test
  void everySettingIsOnThePage() {
    for (ConfigKey<?> key : KEYS) {
      assertThat(ConfigReference.page(KEYS)).contains("`" + key.name() + "`", key.description());
    }
  }
}
