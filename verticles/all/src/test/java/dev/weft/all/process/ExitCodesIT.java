package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong at the start, and what the shell and the person are told. */
class ExitCodesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(taken.getLocalPort());
      assertEnd(7, port, Map.of(), "dev", "--port", port);
    }
  }

  @Test
  void aWrongKeyInTheFileIsNamedWithItsLineAndTheNearestKnownOne() throws Exception {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/weft.yaml"), "gateway:\n  prot: 9000\n");

    assertEnd(3, "conf/weft.yaml:2: gateway.prot is not a setting", Map.of(), "dev");
    assertEnd(3, "gateway.port", Map.of(), "config", "validate");
  }

  @Test
  void aWrongValueInTheEnvironmentIsNamed() throws Exception {
    Map<String, String> environment = Map.of("WEFT_GATEWAY__PORT", "many");
    assertEnd(3, "WEFT_GATEWAY__PORT", environment, "dev");
  }

  @Test
  void aDatabaseThatIsNotThereIsUnreachable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            "postgresql://weft:topsecret@127.0.0.1:" + port + "/weft",
            "WEFT_DATABASE__WAIT",
            "1s");
    WeftProcess process = assertEnd(4, "127.0.0.1:" + port, environment, "dev", "--port", "0");
    assertThat(process.err()).doesNotContain("topsecret");
  }

  @Test
  void aMalformedDatabaseUrlIsInvalidConfiguration() throws Exception {
    Map<String, String> environment = Map.of("DATABASE_URL", "mysql://weft:topsecret@db/weft");
    WeftProcess process = assertEnd(3, "PostgreSQL URL", environment, "dev", "--port", "0");
    assertThat(process.err()).doesNotContain("topsecret");
  }

  @Test
  void anUnknownOptionIsAnsweredWithTheNearestOne() throws Exception {
    assertEnd(2, "--port", Map.of(), "dev", "--prot", "1");
    assertEnd(2, "config", Map.of(), "confg");
    assertEnd(2, "需要指定一个命令", Map.of("WEFT_LANG", "zh"));
  }

  private WeftProcess assertEnd(
      int exitCode, String told, Map<String, String> environment, String... arguments)
      throws Exception {
    try (WeftProcess process = WeftProcess.weft(folder, environment, arguments)) {
      assertThat(process.awaitExit(PATIENCE)).as(process.err()).isEqualTo(exitCode);
      process.awaitErr(Duration.ofSeconds(2), told);
      assertThat(process.err()).doesNotContain("\tat ").doesNotContain("Exception");
      assertThat(process.out()).isEmpty();
      return process;
    }
  }
}
