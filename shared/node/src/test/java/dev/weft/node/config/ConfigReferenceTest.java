package dev.weft.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "reference", "configuration.md");

  @Test
  void thePageIsWhatTheSettingsSay() throws IOException {
    if ("write".equals(System.getProperty("weft.docs"))) {
      Files.writeString(PAGE, ConfigReference.page());
    }
    assertThat(Files.readString(PAGE))
        .as(
            "mvn -pl shared/node -am test -Dtest=ConfigReferenceTest -Dweft.docs=write"
                + " -Dsurefire.failIfNoSpecifiedTests=false")
        .isEqualTo(ConfigReference.page());
  }

  @Test
  void everySettingIsOnThePage() {
    for (ConfigKey<?> key : ConfigKeys.all()) {
      assertThat(ConfigReference.page()).contains("`" + key.name() + "`", key.description());
    }
  }
}
