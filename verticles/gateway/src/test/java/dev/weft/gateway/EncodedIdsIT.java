package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.rag.DocumentRef;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text can be an id in a path, as long as a client percent-encodes it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncodedIdsIT {
  private final Gateway gateway = Gateway.start();

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "..",
        "...",
        "a/b",
        "/",
        "//",
        "/a/",
        "../../etc/passwd",
        "a/../b",
        "?",
        "a?b=c",
        "#",
        "a#b",
        "%",
        "%2e%2e",
        "%2F",
        "+",
        "a+b c",
        " ",
        ":",
        ";v=1",
        "*",
        "a&b=c",
        "{id}",
        "\\",
        "模型",
        "文档/一",
        "🦊",
        "e\u0301",
        "\u0085",
        "\u2028",
        "\n",
        "collection"
      })
  void anIdArrivesAsItWasBeforeItWasEncoded(String id) throws Exception {
    String encoded = encoded(id);

    String answer = delete("/v1/rag/collections/" + encoded + "/documents/" + encoded);

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(Json.mapper().readTree(body(answer)).path("id").asText()).isEqualTo(id);
    assertThat(gateway.rag.deleted.take()).isEqualTo(new DocumentRef(id, id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai/gpt-4o", ".", "..", "a/../b", "?", "#", "%2e%2e", "模型/🦊"})
  void anOpenEndedIdToo(String id) throws Exception {
    String answer = send("GET", "/v1/models/" + encoded(id));

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(Json.mapper().readTree(body(answer)).path("id").asText()).isEqualTo(id);
  }

  @Test
  void theLastSegmentsOfAnOpenEndedIdNeedNoEncoding() throws Exception {
    for (String id : new String[] {"meta/llama-3", "a/./b", "a/../b", "..", ".", "a//b", "a/"}) {
      assertThat(send("GET", "/v1/models/" + id)).as(id).contains("\"id\":\"" + id + "\"");
    }
  }

  @Test
  void dotsOfAPathThatAreNotEncodedArePartOfItToo() throws Exception {
    assertThat(delete("/v1/rag/collections/../documents/..")).startsWith("HTTP/1.1 200");
    assertThat(gateway.rag.deleted.take()).isEqualTo(new DocumentRef("..", ".."));
    assertThat(send("GET", "/v1/../health")).startsWith("HTTP/1.1 404");
  }

  @Test
  void aQueryAddsNothingToTheVariablesOfAPath() throws Exception {
    assertThat(delete("/v1/rag/collections/c/documents/d?id=x"))
        .startsWith("HTTP/1.1 400")
        .contains("'id'");
    assertThat(gateway.rag.deleted).isEmpty();
  }

  @Test
  void malformedEncodingsAreNoPath() throws Exception {
    for (String bad : new String[] {"%", "%z", "%zz", "a%2"}) {
      assertThat(send("GET", "/v1/models/" + bad)).as(bad).startsWith("HTTP/1.1 404");
      assertThat(delete("/v1/rag/collections/" + bad + "/documents/d"))
          .as(bad)
          .startsWith("HTTP/1.1 404");
    }
  }

  private String delete(String path) throws Exception {
    return send("DELETE", path);
  }

  private String send(String method, String path) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer "
              + Gateway.KEY
              + "\r\n\r\n");
      return client.readAll();
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  /** Everything but letters and digits as {@code %XX}, dots too. */
  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace(".", "%2E")
        .replace("*", "%2A")
        .replace("-", "%2D");
  }
}
