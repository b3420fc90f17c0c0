package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door itself answers, whatever stands behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersIT {
  private static final String PAGE = "https://app.example.com";
  private static final String PREFLIGHT = "\r\naccess-control-request-method: POST";
  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.ALLOWED_ORIGINS, List.of(PAGE, "https://other.example.com"))
                  .set(GatewayKeys.ALLOWED_HOSTS, List.of("h", "a_b", "mixed.example")),
          true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/health/",
    "GET,//",
    "GET,/v1/models/",
    "POST,/v1/chat/completions/",
    "POST,/v1//chat/completions",
    "GET,/%68ealth",
    "GET,/./health",
    "GET,/docs/../health",
    "GET,/openapi.json#",
    "OPTIONS,*",
    "GET,/favicon.ico/",
  })
  void aPathThatIsNotToTheLetterThatOfARouteIsUnknown(String method, String path) throws Exception {
    assertThat(send(method, path, ""))
        .startsWith("HTTP/1.1 404 Not Found")
        .contains("content-type: application/json", "x-content-type-options: nosniff")
        .contains("x-request-id: req_")
        .endsWith(
            "{\"error\":{\"message\":\"Unknown request URL: "
                + method
                + " "
                + path
                + ". See /docs for what there is.\",\"type\":\"invalid_request_error\","
                + "\"param\":null,\"code\":\"gateway:route.not_found\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS,/docs,GET",
    "DELETE,/docs,GET",
    "BREW,/docs,GET",
    "GET,/v1/chat/completions,POST",
    "PATCH,/v1/rag/collections/c/documents/d,'DELETE, GET, PUT'",
    "POST,/mcp/,",
  })
  void anotherMethodIsAnsweredWithThoseThereAre(
      String method, String path, @org.jspecify.annotations.Nullable String allowed)
      throws Exception {
    if (allowed == null) {
      assertThat(send(method, path, "")).startsWith("HTTP/1.1 404");
      return;
    }
    assertThat(send(method, path, ""))
        .startsWith("HTTP/1.1 405 Method Not Allowed")
        .contains("\r\nallow: " + allowed + "\r\n")
        .endsWith(
            "{\"error\":{\"message\":\"Method "
                + method
                + " is not allowed here; use "
                + allowed
                + ".\",\"type\":\"invalid_request_error\",\"param\":null,"
                + "\"code\":\"gateway:method.invalid\"}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openapi.json?x=%zz",
        "/openapi.json?",
        "http://h/openapi.json",
        "/openapi.json?../..",
      })
  void aQueryOrAnAuthorityIsNoPartOfThePath(String target) throws Exception {
    assertThat(send("GET", target, "")).startsWith("HTTP/1.1 200").contains("\"openapi\"");
  }

  @Test
  void aPageKeepsItsHeaders() throws Exception {
    for (String method : List.of("GET", "HEAD")) {
      assertThat(send(method, "/docs", ""))
          .startsWith("HTTP/1.1 200")
          .contains("content-security-policy: default-src 'none'; style-src 'sha256-")
          .contains("referrer-policy: no-referrer", "x-frame-options: DENY")
          .contains("x-content-type-options: nosniff")
          .contains("content-type: text/html; charset=utf-8")
          .doesNotContain("access-control", "vary: ");
    }
  }

  @Test
  void aBrowserFindsAnIcon() throws Exception {
    assertThat(send("GET", "/favicon.ico", ""))
        .startsWith("HTTP/1.1 200")
        .contains("content-type: image/x-icon", "cache-control: public, max-age=86400");
  }

  @Test
  void anAllowedPageMayReadTheAnswerAndAnErrorToo() throws Exception {
    for (String path : List.of("/docs", "/nothing", "/v1/models/x", "/v1/chat/completions")) {
      assertThat(send("GET", path, "\r\norigin: " + PAGE))
          .contains("\r\nvary: origin\r\n", "\r\naccess-control-allow-origin: " + PAGE + "\r\n")
          .contains("access-control-expose-headers: x-request-id,")
          .doesNotContain("access-control-allow-credentials", "access-control-allow-methods");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example.com", "null", "", PAGE + ".evil.example.com"})
  void anotherPageIsNotToldThatItMay(String origin) throws Exception {
    assertThat(send("GET", "/docs", "\r\norigin: " + origin))
        .startsWith("HTTP/1.1 200")
        .contains("\r\nvary: origin\r\n")
        .doesNotContain("access-control");
    assertThat(send("OPTIONS", "/v1/chat/completions", "\r\norigin: " + origin + PREFLIGHT))
        .startsWith("HTTP/1.1 405")
        .doesNotContain("access-control");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/v1/rag/collections/c", "/nothing"})
  void aPreflightOfAnAllowedPageIsAnswered(String path) throws Exception {
    String answer = send("OPTIONS", path, "\r\norigin: " + PAGE + PREFLIGHT);

    assertThat(answer)
        .startsWith("HTTP/1.1 204")
        .contains("\r\nvary: origin\r\n", "\r\naccess-control-allow-origin: " + PAGE + "\r\n")
        .contains("\r\naccess-control-max-age: 600\r\n", "x-request-id: req_")
        .endsWith("\r\n\r\n");
    assertThat(list(answer, "access-control-allow-methods"))
        .containsExactly("GET", "POST", "PUT", "DELETE");
    assertThat(list(answer, "access-control-allow-headers"))
        .contains("authorization", "content-type", "x-api-key", "mcp-session-id");
  }

  @Test
  void aConnectionServesOnAfterAPreflight() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "OPTIONS /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: "
              + PAGE
              + PREFLIGHT
              + "\r\n\r\n");
      client.readUntil("\r\n\r\n");
      client.send("GET /docs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void anUpgradeToHttp2IsIgnored() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "GET /docs HTTP/1.1\r\n"
              + "host: localhost\r\n"
              + "upgrade: h2c\r\n"
              + "http2-settings: AAMAAABkAAQAAP__\r\n"
              + "connection: upgrade, http2-settings\r\n\r\n");
      assertThat(client.readUntil("</html>")).startsWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_b:1", "localhost", "127.0.0.1:8000", "[::1]:8000", "Mixed.Example"})
  void aHostOfAnyFormIsServed(String host) throws Exception {
    assertThat(sendRaw("GET /docs HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host: a b\r\n", "host: h:99999\r\n"})
  void aRequestWithoutAHostIsMalformed(String host) throws Exception {
    assertThat(sendRaw("GET /docs HTTP/1.1\r\n" + host + "connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("\"code\":\"gateway:request.invalid\"", "x-request-id: req_");
  }

  @Test
  void anOldClientNeedsNoHost() throws Exception {
    assertThat(sendRaw("GET /docs HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200");
  }

  private static List<String> list(String answer, String header) {
    int from = answer.indexOf("\r\n" + header + ": ") + header.length() + 4;
    return List.of(answer.substring(from, answer.indexOf("\r\n", from)).split(", ?"));
  }

  private String send(String method, String target, String headers) throws Exception {
    return sendRaw(
        method
            + " "
            + target
            + " HTTP/1.1\r\nhost: localhost\r\nconnection: close"
            + headers
            + "\r\n\r\n");
  }

  private String sendRaw(String wire) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(wire);
      return client.readAll();
    }
  }
}
