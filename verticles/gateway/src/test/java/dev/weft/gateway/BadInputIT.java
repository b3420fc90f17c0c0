package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final int MEBIBYTE = 1024 * 1024;
  private final Gateway gateway =
      Gateway.start(settings -> settings.set(GatewayKeys.MAX_BODY_BYTES, 4 * MEBIBYTE), true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("malformed", "{\"model\":", 400, "json:invalid", null),
        Arguments.of("empty", "", 400, "json:invalid", null),
        Arguments.of("no object", "[]", 400, "json:invalid", null),
        Arguments.of("stream", "{\"stream\":\"yes\"}", 400, "json:invalid", "stream"),
        Arguments.of("model", "{\"model\":7}", 400, "json:invalid", "model"),
        Arguments.of("deep", deep(), 400, "json:invalid", null),
        Arguments.of(
            "unknown model", Gateway.completion("unknown", false), 404, "model_not_found", null),
        Arguments.of(
            "20 MB",
            "{\"a\":\"" + "x".repeat(20 * MEBIBYTE) + "\"}",
            413,
            "gateway:body.too_large",
            null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBadBodyGetsAClearAnswer(
      String name,
      String body,
      int status,
      String code,
      @org.jspecify.annotations.Nullable String param)
      throws Exception {
    HttpResponse<String> response = gateway.post("/v1/chat/completions", body);

    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode error = error(response.body());
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("param").asText(null)).isEqualTo(param);
    assertThat(error.path("message").asText()).isNotBlank();
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void anEncodedBodyIsReadAndABrokenOrVastOneRefused() throws Exception {
    byte[] good = Gateway.completion("m", false).getBytes(StandardCharsets.UTF_8);
    byte[] cut = Arrays.copyOf(gzip(good), 20);
    byte[] bomb = gzip(new byte[5 * MEBIBYTE]);
    byte[] marked = ("\uFEFF" + Gateway.completion("m", false)).getBytes(StandardCharsets.UTF_8);

    assertThat(encoded("gzip", gzip(good)).statusCode()).isEqualTo(200);
    assertThat(encoded("identity", good).statusCode()).isEqualTo(200);
    assertThat(encoded("GZIP", gzip(marked)).statusCode()).isEqualTo(200);
    HttpResponse<String> broken = encoded("gzip", cut);
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(error(broken.body()).path("code").asText()).isEqualTo("gateway:body.invalid");
    HttpResponse<String> vast = encoded("gzip", bomb);
    assertThat(vast.statusCode()).isEqualTo(413);
    assertThat(vast.body()).contains("4194304").contains("gateway.maxBodyBytes");
    for (String unknown : List.of("zstd", "gzip, gzip")) {
      HttpResponse<String> refused = encoded(unknown, good);
      assertThat(refused.statusCode()).isEqualTo(415);
      assertThat(refused.body()).contains(unknown).contains("gzip, deflate or br");
    }
  }

  private HttpResponse<String> encoded(String encoding, byte[] body) throws Exception {
    return gateway.send(
        gateway
            .request("/v1/chat/completions")
            .header("content-encoding", encoding)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }

  @Test
  void aRequestThatComesFromWeftItselfIsALoop() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            gateway
                .request("/v1/chat/completions")
                .header(GatewayApi.HOP_HEADER, "1")
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.completion("m", true))));

    assertThat(response.statusCode()).isEqualTo(508);
    assertThat(response.headers().firstValue("x-should-retry")).contains("false");
    assertThat(error(response.body()).path("code").asText()).isEqualTo("gateway:loop.invalid");
  }

  @Test
  void aBodyThatGrowsBeyondTheLimitIsRefusedWhileItComes() throws Exception {
    byte[] chunk = new byte[MEBIBYTE];
    HttpRequest.BodyPublisher unannounced =
        HttpRequest.BodyPublishers.ofByteArrays(java.util.Collections.nCopies(6, chunk));

    HttpResponse<String> response =
        gateway.send(gateway.request("/v1/chat/completions").POST(unannounced));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        Arguments.of("authorization", null),
        Arguments.of("authorization", "Bearer wrong"),
        Arguments.of("authorization", "Bearer "),
        Arguments.of("authorization", "Basic " + Gateway.KEY),
        Arguments.of("authorization", Gateway.KEY),
        Arguments.of("x-api-key", "wrong"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("keys")
  void aMissingOrWrongKeyIsRefused(String header, @org.jspecify.annotations.Nullable String value)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/v1/models/m"));
    if (value != null) {
      request.header(header, value);
    }

    HttpResponse<String> response = gateway.send(request);

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(error(response.body()).path("code").asText()).isEqualTo("invalid_api_key");
    assertThat(response.body()).doesNotContain(Gateway.KEY);
  }

  @Test
  void aKeyInTheOtherHeaderIsTaken() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/models/m")).header("x-api-key", Gateway.KEY));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void aKeyWithoutTheScopeIsDenied() throws Exception {
    gateway.auth.allow("poor", "models:read");

    HttpResponse<String> response =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("authorization", "Bearer poor")
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.completion("echo", false))));

    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void anUnknownRouteIsNotFoundWhateverBodyItGets() throws Exception {
    HttpResponse<String> unknown = gateway.post("/v1/nothing", "{\"input\":\"x\"}");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(error(unknown.body()).path("code").asText()).isEqualTo("gateway:route.not_found");
  }

  @Test
  void anUnknownRouteIsNotFoundAndAWrongMethodIsNamed() throws Exception {
    HttpResponse<String> unknown = gateway.get("/v1/nothing");
    HttpResponse<String> method = gateway.get("/v1/chat/completions");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(error(unknown.body()).path("code").asText()).isEqualTo("gateway:route.not_found");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).contains("POST");
  }

  @Test
  void anotherContentTypeIsRefusedPolitely() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            gateway
                .request("/v1/chat/completions")
                .header("content-type", "multipart/form-data; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofString("--x--")));

    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void hugeHeadersAndLinesAreRefused() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nhost: localhost\r\nx: " + "y".repeat(64 * 1024) + "\r\n\r\n");
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 431")
          .contains("gateway:headers.too_large", "x-request-id");
    }
    try (RawClient client = gateway.connect()) {
      client.send("GET /" + "y".repeat(64 * 1024) + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
      assertThat(client.readAll()).contains(" 414 ", "gateway:uri.too_large");
    }
    try (RawClient client = gateway.connect()) {
      client.send("BLAH\r\n\r\n");
      assertThat(client.readAll()).contains(" 400 ");
    }
  }

  private static String deep() {
    return "{\"a\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
  }

  private static JsonNode error(String body) throws Exception {
    return Json.mapper().readTree(body).path("error");
  }
}
