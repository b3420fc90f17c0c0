package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.testkit.upstream.ScriptedUpstream;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/weft dev}, from the shell. */
@Timeout(240)
class DevIT {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String MASTER_KEY = "0".repeat(63) + "1";

  @Test
  void aNewUserGetsAStreamedAnswerAndCtrlCLeavesNothing(@TempDir Path folder) throws Exception {
    try (WeftProcess weft = WeftProcess.weft(folder, Map.of(), "dev", "--json", "--port", "0")) {
      JsonNode ready = Client.JSON.readTree(weft.firstLine(START));
      assertThat(ready.path("version").asText()).isNotEmpty();
      assertThat(ready.path("pid").asLong()).isEqualTo(weft.pid());
      try (Client client = Client.of(weft.out())) {
        List<String> events = client.events("What are you?");
        assertThat(events).hasSizeGreaterThan(5).last().isEqualTo("[DONE]");
        assertThat(String.join("", events)).contains("weft-offline").contains("\"finish_reason\"");
        assertThat(client.json("/health").path("status").asText()).isEqualTo("up");
        assertThat(client.get("/docs").body()).contains("/v1/chat/completions");
        for (String path :
            List.of("/v1/chat/health", "/v1/rag/health", "/sse/health", "/auth/health")) {
          assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
        }
      }
      List<ProcessHandle> started = weft.descendants();
      started.add(WeftProcess.database(folder));

      long start = System.nanoTime();
      weft.signal("INT");

      assertThat(weft.awaitExit(Duration.ofSeconds(10))).isEqualTo(130);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
      assertThat(Wait.until(Duration.ofSeconds(1), () -> WeftProcess.haveEnded(started))).isTrue();
      assertThat(weft.out().lines()).hasSize(1);
    }
  }

  @Test
  void theKeyStaysTheSameAndTheProdProfileRefusesIt(@TempDir Path folder) throws Exception {
    Map<String, String> dev = Map.of("WEFT_MASTER_KEY", MASTER_KEY);
    String first = keyOf(folder, dev);

    try (WeftProcess again = WeftProcess.weft(folder, dev, "dev", "--json", "--port", "0")) {
      assertThat(Client.JSON.readTree(again.firstLine(START)).path("key").asText())
          .isEqualTo(first)
          .startsWith("weft_dev_");
      assertThat(again.err()).as("a second start has nothing to complain about").isEmpty();
    }

    Map<String, String> prod = Map.of("WEFT_MASTER_KEY", MASTER_KEY, "WEFT_PROFILE", "prod");
    try (WeftProcess weft = WeftProcess.weft(folder, prod, "dev", "--json", "--port", "0")) {
      JsonNode ready = Client.JSON.readTree(weft.firstLine(START));
      assertThat(ready.path("key").isNull()).isTrue();
      try (Client client = new Client(ready.path("url").asText(), first)) {
        assertThat(client.get("/v1/models").statusCode()).isEqualTo(401);
      }
    }
  }

  @Test
  void aSecondStartOnTheSameDataNamesTheFirst(@TempDir Path folder) throws Exception {
    try (WeftProcess first = WeftProcess.weft(folder, Map.of(), "dev", "--json", "--port", "0")) {
      String url = Client.JSON.readTree(first.firstLine(START)).path("url").asText();
      try (WeftProcess second = WeftProcess.weft(folder, Map.of(), "dev", "--port", "0")) {
        assertThat(second.awaitExit(START)).isEqualTo(7);
        assertThat(second.err()).contains("pid " + first.pid()).contains(url);
      }
    }
  }

  @Test
  void theScreenShowsWhatRunsAndTheCurlOnItWorksAsItStands(@TempDir Path folder) throws Exception {
    Map<String, String> chinese = Map.of("WEFT_LANG", "zh");
    try (WeftProcess weft = WeftProcess.weft(folder, chinese, "dev", "--port", "0")) {
      weft.awaitOut(START, "Ctrl-C");
      String screen = weft.out();
      assertThat(screen).contains("服务").contains("API 密钥").contains("weft-offline");
      String call = screen.substring(screen.indexOf("curl -N"), screen.indexOf("]}'") + 3);
      Process shell = new ProcessBuilder("sh", "-c", call).redirectErrorStream(true).start();
      String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(shell.waitFor()).isZero();
      assertThat(answer).contains("data: [DONE]");
      // One line a request, and nothing else.
      weft.awaitErr(Duration.ofSeconds(10), "POST /v1/chat/completions  200");
      assertThat(weft.err().lines().filter(line -> line.contains("WARN"))).isEmpty();
    }
  }

  @Test
  void anOpenAiCompatibleServerNamedInDotEnvAnswersInstead(@TempDir Path folder) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ScriptedUpstream upstream = ScriptedUpstream.start(vertx)) {
      Files.writeString(
          folder.resolve(".env"),
          "OPENAI_BASE_URL=%s\nOPENAI_API_KEY=sk-test-123\n".formatted(upstream.baseUrl()));
      try (WeftProcess weft = WeftProcess.weft(folder, Map.of(), "dev", "--json", "--port", "0");
          Client client = Client.of(weft.firstLine(START))) {
        assertThat(client.events("hello")).last().isEqualTo("[DONE]");
        assertThat(upstream.completions()).hasSize(1);
        assertThat(weft.err()).doesNotContain("sk-test-123");
      }
    } finally {
      vertx.close().await();
    }
  }

  private static String keyOf(Path folder, Map<String, String> environment) throws Exception {
    try (WeftProcess weft = WeftProcess.weft(folder, environment, "dev", "--json", "--port", "0")) {
      return Client.JSON.readTree(weft.firstLine(START)).path("key").asText();
    }
  }
}
