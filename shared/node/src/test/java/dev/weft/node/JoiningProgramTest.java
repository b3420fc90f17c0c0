package dev.weft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that cannot join says what it lacks, and makes none of it. */
class JoiningProgramTest {

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "auth", "objects"})
  void aServicesNameIsTaken(String name) {
    assertThatThrownBy(() -> StandaloneNode.join(name))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("name of a service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Shop", "my shop", "shop.two", "shop1"})
  void anOddNameIsRefused(String name) {
    assertThatThrownBy(() -> StandaloneNode.join(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itMakesNoCertificatesAndNoKeyOfItsOwn(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    Path certificate = data.resolve("tls/shop");
    assertThat(refusal(data)).contains("certificate issue shop", certificate.toString());
    Files.createDirectories(certificate);
    for (String file : new String[] {"ca.crt", "node.crt", "node.key"}) {
      Files.createFile(certificate.resolve(file));
    }
    assertThat(refusal(data)).contains("master key", "WEFT_MASTER_KEY");
    Files.writeString(data.resolve("master.key"), "x");
    assertThat(refusal(data)).contains("DATABASE_URL");
    try (var files = Files.list(data)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aSettingThatIsNoneIsNamed() {
    assertThatThrownBy(() -> StandaloneNode.join("shop", Map.of("cluster.members_", "x")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("cluster.members_");
  }

  private static String refusal(Path data) {
    StartFailure failure =
        catchThrowableOfType(
            StartFailure.class,
            () -> StandaloneNode.join("shop", Map.of("data", data.toString(), "profile", "dev")));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIG_INVALID);
    return String.valueOf(failure.getMessage());
  }
}
