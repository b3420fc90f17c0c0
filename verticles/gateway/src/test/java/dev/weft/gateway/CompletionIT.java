package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionIT {
  private Gateway gateway = Gateway.start();

  @BeforeAll
  void forgetEarlierCalls() {
    gateway.chat.calls.clear();
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void aCompletionsBytesGoThroughUntouched() throws Exception {
    String body = " {\"model\":\"echo\" , \"messages\":[{\"content\":\"ü\\u00fc 1.0e+2\"}]}\n";

    HttpResponse<String> response = gateway.post("/v1/chat/completions", body);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(response.headers().firstValue("openai-processing-ms")).isPresent();
    assertThat(response.headers().firstValue("server")).isEmpty();
  }

  @Test
  void aStreamIsAnEventStreamThatEndsWithDoneOnce() throws Exception {
    HttpResponse<String> response = gateway.complete("any", true);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    assertThat(response.headers().firstValue("cache-control")).contains("no-cache");
    assertThat(response.headers().firstValue("x-accel-buffering")).contains("no");
    assertThat(response.body())
        .isEqualTo(FakeChat.CHUNK + FakeChat.CHUNK + FakeChat.CHUNK + FakeChat.DONE);
  }

  @Test
  void aFailureBeforeTheFirstEventIsAStatus() throws Exception {
    for (boolean stream : new boolean[] {false, true}) {
      HttpResponse<String> response = gateway.complete("unknown", stream);

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(error(response).path("code").asText()).isEqualTo("model_not_found");
    }
  }

  @Test
  void aFailureAfterItIsTheLastEventAndThereIsNoDone() throws Exception {
    for (String model : new String[] {"dies", "truncated"}) {
      HttpResponse<String> response =
          gateway.send(
              gateway
                  .request("/v1/chat/completions")
                  .header("x-request-id", "my-id")
                  .POST(HttpRequest.BodyPublishers.ofString(Gateway.completion(model, true))));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).startsWith(FakeChat.CHUNK).doesNotContain("[DONE]");
      String last = response.body().substring(FakeChat.CHUNK.length());
      assertThat(last).startsWith("data: ").endsWith("\n\n");
      JsonNode error = Json.mapper().readTree(last.substring(6)).path("error");
      assertThat(error.path("message").isTextual()).isTrue();
      assertThat(error.path("request_id").asText()).isEqualTo("my-id");
    }
  }

  @Test
  void aLimitTellsWhenToTryAgain() throws Exception {
    HttpResponse<String> response = gateway.complete("limited", false);

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).contains("2");
    assertThat(response.headers().firstValue("retry-after-ms")).contains("1500");
    assertThat(error(response).path("code").asText()).isEqualTo("rate_limit_exceeded");
  }

  @Test
  void aFaultOfOurOwnSaysNothingOfItsInside() throws Exception {
    HttpResponse<String> response = gateway.complete("bug", false);

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("secret detail").doesNotContain("Exception");
  }

  @Test
  void anIdentityThatAServiceRefusesIsNotTheClientsFault() throws Exception {
    HttpResponse<String> response = gateway.complete("refused-identity", false);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void idsTravelToTheServiceAndBack() throws Exception {
    gateway.chat.calls.clear();
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    HttpResponse<String> response =
        gateway.send(
            gateway
                .request("/v1/chat/completions")
                .header("x-request-id", "order-66")
                .header("traceparent", trace)
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.completion("echo", false))));

    assertThat(response.headers().firstValue("x-request-id")).contains("order-66");
    FakeChat.Seen seen = gateway.chat.calls.take();
    assertThat(seen.context.requestId()).isEqualTo("order-66");
    assertThat(seen.context.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(Objects.requireNonNull(seen.context.identity()).tenant()).isEqualTo("tenant");
  }

  @Test
  void aClientThatWaitsForContinueIsAskedToGoOn() throws Exception {
    String wire = gateway.wire("echo", false);
    int bodyAt = wire.indexOf("\r\n\r\n") + 4;
    String head = wire.substring(0, bodyAt).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      client.send(head);
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
      client.send(wire.substring(bodyAt));
      assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aClientThatWaitsForContinueWithoutAKeyIsToldBeforeItSends() throws Exception {
    String wire = gateway.wire("wrong", Gateway.completion("echo", false));
    String head = wire.substring(0, wire.indexOf("\r\n\r\n"));
    try (RawClient client = gateway.connect()) {
      client.send(head + "\r\nexpect: 100-continue\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 401").contains("connection: close");
    }
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInOrder() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("first", false) + gateway.wire("second", false));
      String both = client.readUntil("\"second\"");
      assertThat(both.indexOf("\"first\"")).isPositive().isLessThan(both.indexOf("\"second\""));
    }
  }

  private static JsonNode error(HttpResponse<String> response) throws Exception {
    return Json.mapper().readTree(response.body()).path("error");
  }
}
