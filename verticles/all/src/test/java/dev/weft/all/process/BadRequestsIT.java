package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that cannot be served, on a real {@code weft dev}: each has a clear answer. */
@Timeout(240)
class BadRequestsIT {
  private static final String CHAT = "/v1/chat/completions";

  @Test
  void eachIsToldWhatIsWrongInOpenAisShape(@TempDir Path folder) throws Exception {
    try (WeftProcess weft = WeftProcess.weft(folder, Map.of(), "dev", "--json", "--port", "0");
        Client client = Client.of(weft.firstLine(Duration.ofSeconds(60)))) {
      assertRefused(client.post(CHAT, "{\"model\": "), 400);
      assertRefused(client.post(CHAT, "{\"model\": 7, \"messages\": []}"), 400);
      assertRefused(client.post(CHAT, "{\"model\": \"default\", \"messages\": \"hi\"}"), 400);
      assertRefused(client.post(CHAT, "{\"model\": \"default\"}"), 400);
      assertRefused(client.post(CHAT, "x".repeat(34_000_000)), 413);
      assertRefused(
          client.post(
              CHAT,
              "{\"model\": \"gpt-nothing\", \"messages\": [{\"role\": \"user\", \"content\":"
                  + " \"\"}]}"),
          404);
      assertRefused(client.get("/v1/nothing"), 404);
      assertRefused(client.get(CHAT), 405);
      assertRefused(new Client(client.url(), "").get("/v1/models"), 401);
      assertRefused(new Client(client.url(), "sk-wrong").get("/v1/models"), 401);
      assertThatARevokedKeyIsRefused(client);
      // After all that the door still works.
      assertThat(client.events("hello")).last().isEqualTo("[DONE]");
      assertThat(weft.err()).doesNotContain("\tat ");
    }
  }

  private static void assertThatARevokedKeyIsRefused(Client client) throws Exception {
    JsonNode created = Client.JSON.readTree(client.post("/auth/keys", "{\"name\": \"x\"}").body());
    Client other = new Client(client.url(), created.path("key").asText());
    assertThat(other.get("/v1/models").statusCode()).isEqualTo(200);
    String id = created.path("info").path("id").asText();
    assertThat(client.delete("/auth/keys/" + id).statusCode()).isEqualTo(200);
    assertThat(
            Wait.until(
                Duration.ofSeconds(2),
                () -> {
                  try {
                    return other.get("/v1/models").statusCode() == 401;
                  } catch (java.io.IOException | InterruptedException e) {
                    return false;
                  }
                }))
        .isTrue();
    assertRefused(other.get("/v1/models"), 401);
  }

  private static void assertRefused(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = Client.JSON.readTree(response.body()).path("error");
    assertThat(error.path("message").asText()).as(response.body()).isNotEmpty();
    assertThat(error.path("type").asText()).as(response.body()).isNotEmpty();
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }
}
