package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft init} and {@code weft key}: how a production installation begins. */
@Timeout(240)
class AdminIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void theFirstKeyOfTheProdProfileIsMadeInTheDatabase(@TempDir Path folder) throws Exception {
    try (WeftProcess init = WeftProcess.weft(folder, Map.of(), "init", "--host", "weft.example")) {
      assertThat(init.awaitExit(PATIENCE)).as(init.err()).isZero();
    }
    Path env = folder.resolve(".env");
    assertThat(Files.readString(env)).containsPattern("(?m)^WEFT_MASTER_KEY=\\S{40,}$");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(env)))
        .isEqualTo("rw-------");
    for (String file : List.of("authority/ca.key", "tls/chat/node.key", "tls/chat-2/node.key")) {
      assertThat(folder.resolve("data").resolve(file)).exists();
    }

    Map<String, String> prod = Map.of("WEFT_PROFILE", "prod");
    String key;
    try (WeftProcess create = WeftProcess.weft(folder, prod, "key", "create", "--name", "ci")) {
      assertThat(create.awaitExit(PATIENCE)).as(create.err()).isZero();
      key = create.firstLine(Duration.ofSeconds(2));
      assertThat(key).startsWith("weft_live_");
    }
    try (WeftProcess list = WeftProcess.weft(folder, prod, "key", "list")) {
      assertThat(list.awaitExit(PATIENCE)).isZero();
      list.awaitOut(Duration.ofSeconds(2), "ci");
      assertThat(list.out()).contains("active").doesNotContain(key);
    }
    try (WeftProcess weft = WeftProcess.weft(folder, prod, "dev", "--json", "--port", "0")) {
      String url = Client.JSON.readTree(weft.firstLine(PATIENCE)).path("url").asText();
      try (Client client = new Client(url, key)) {
        assertThat(client.get("/v1/models").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void initChangesNothingThatIsThere(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve(".env"), "OPENAI_API_KEY=mine\n");
    for (int i = 0; i < 2; i++) {
      try (WeftProcess init = WeftProcess.weft(folder, Map.of(), "init")) {
        assertThat(init.awaitExit(PATIENCE)).as(init.err()).isZero();
        init.awaitErr(Duration.ofSeconds(2), i == 0 ? "made     data/tls" : "kept     data/tls");
      }
    }
    assertThat(Files.readString(folder.resolve(".env"))).isEqualTo("OPENAI_API_KEY=mine\n");
  }
}
