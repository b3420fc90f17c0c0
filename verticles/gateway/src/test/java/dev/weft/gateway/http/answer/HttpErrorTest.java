package dev.weft.gateway.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpErrorTest {

  @ParameterizedTest
  @CsvSource({
    "INVALID,400,invalid_request_error,chat:thing.invalid,,",
    "UNAUTHENTICATED,401,invalid_request_error,invalid_api_key,,",
    "DENIED,403,permission_error,chat:thing.denied,,",
    "NOT_FOUND,404,invalid_request_error,chat:thing.not_found,,",
    "CONFLICT,409,invalid_request_error,chat:thing.conflict,,false",
    "BUSY,409,invalid_request_error,chat:thing.busy,,",
    "TOO_LARGE,413,invalid_request_error,chat:thing.too_large,,",
    "RATE_LIMITED,429,requests,rate_limit_exceeded,1000,",
    "QUOTA,429,insufficient_quota,insufficient_quota,,false",
    "CANCELLED,499,invalid_request_error,chat:thing.cancelled,,",
    "INTERNAL,500,server_error,chat:thing.internal,,false",
    "UPSTREAM,502,server_error,chat:thing.upstream,,",
    "OVERLOADED,503,server_error,chat:thing.overloaded,1000,",
    "UNAVAILABLE,503,server_error,chat:thing.unavailable,1000,",
    "TIMEOUT,504,server_error,chat:thing.timeout,,",
  })
  void eachReasonHasItsStatus(
      Reason reason, int status, String type, String code, Long retryMillis, Boolean shouldRetry) {
    HttpError error = HttpError.of(WeftError.of("chat:thing", reason, "What and why."));

    assertThat(error.status()).isEqualTo(status);
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).isEqualTo("What and why.");
    assertThat(error.retryAfterMillis()).isEqualTo(retryMillis == null ? -1 : retryMillis);
    assertThat(error.shouldRetry()).isEqualTo(shouldRetry);
  }

  @ParameterizedTest
  @CsvSource({
    "chat:model,NOT_FOUND,404,model_not_found",
    "chat:context,TOO_LARGE,400,context_length_exceeded",
    "gateway:method,INVALID,405,gateway:method.invalid",
    "gateway:body,TIMEOUT,408,gateway:body.timeout",
    "gateway:uri,TOO_LARGE,414,gateway:uri.too_large",
    "gateway:media,INVALID,415,gateway:media.invalid",
    "gateway:loop,INVALID,508,gateway:loop.invalid",
    "gateway:headers,TOO_LARGE,431,gateway:headers.too_large",
  })
  void someCodesHaveAStatusOrNameOfTheirOwn(String area, Reason reason, int status, String code) {
    HttpError error = HttpError.of(WeftError.of(area, reason, "x"));

    assertThat(error.status()).isEqualTo(status);
    assertThat(error.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "400,400", "404,404", "409,409", "413,413", "415,415", "422,422", "429,429", "401,502",
    "403,502", "402,502", "418,502", "500,502", "503,502", "200,502",
  })
  void aProvidersStatusIsPassedOnOnlyWhereTheClientCausedIt(int upstream, int status) {
    WeftError error =
        WeftError.of("chat:provider", Reason.UPSTREAM, "x")
            .withDetail(WeftError.UPSTREAM_STATUS, upstream);

    assertThat(HttpError.of(error).status()).isEqualTo(status);
  }

  @Test
  void aProvidersErrorIsShownAsItIs() {
    Map<String, Object> shown = new HashMap<>();
    shown.put("message", "This model's maximum context length is 8192 tokens.");
    shown.put("type", "invalid_request_error");
    shown.put("param", "messages");
    shown.put("code", "context_length_exceeded");

    HttpError error = HttpError.of(provider(400, shown));

    assertThat(error.status()).isEqualTo(400);
    assertThat(error.code()).isEqualTo("context_length_exceeded");
    assertThat(error.param()).isEqualTo("messages");
    assertThat(error.message()).startsWith("This model's maximum");
  }

  @Test
  void whatElseAProvidersErrorHasIsShown() throws Exception {
    Map<String, Object> shown = new HashMap<>();
    shown.put("message", "Filtered.");
    shown.put("provider", "azure");
    shown.put("innererror", Map.of("code", "Policy"));
    shown.put("request_id", "theirs");

    String event =
        new String(HttpError.of(provider(403, shown)).event("ours"), StandardCharsets.UTF_8);
    JsonNode error = Json.mapper().readTree(event.substring(6)).path("error");

    assertThat(error.at("/innererror/code").asText()).isEqualTo("Policy");
    assertThat(error.path("provider").asText()).isEqualTo("azure");
    assertThat(error.path("request_id").asText()).isEqualTo("ours");
    assertThat(error.path("code").isNull()).isTrue();
  }

  @Test
  void aProvidersWordAboutItsOwnKeyIsNotShown() {
    HttpError error =
        HttpError.of(
            provider(401, Map.of("message", "Incorrect API key provided: sk-abc***", "code", "x")));

    assertThat(error.status()).isEqualTo(502);
    assertThat(new String(error.body(), StandardCharsets.UTF_8)).doesNotContain("sk-abc");
  }

  @Test
  void anOddErrorOfAProviderStillHasAMessageThatIsAString() throws Exception {
    HttpError error = HttpError.of(provider(500, Map.of("message", Map.of("deep", 1))));

    assertThat(Json.mapper().readTree(error.body()).at("/error/message").isTextual()).isTrue();
  }

  @Test
  void theWaitIsTakenFromTheError() {
    HttpError error =
        HttpError.of(
            WeftError.of("chat:provider", Reason.RATE_LIMITED, "x")
                .withDetail(WeftError.RETRY_AFTER_MILLIS, 2_500));

    assertThat(error.retryAfterMillis()).isEqualTo(2_500);
  }

  @Test
  void theBodyHasOpenAisShape() throws Exception {
    JsonNode json =
        Json.mapper()
            .readTree(HttpError.of(WeftError.of("chat", Reason.INVALID, "a \"b\"")).body());

    assertThat(json.path("error").properties()).hasSize(4);
    assertThat(json.at("/error/message").asText()).isEqualTo("a \"b\"");
    assertThat(json.at("/error/param").isNull()).isTrue();
  }

  @Test
  void theEventIsOneDataLineWithTheRequestId() throws Exception {
    byte[] bytes = HttpError.of(WeftError.of("chat", Reason.TIMEOUT, "a\nb")).event("req_1");
    String event = new String(bytes, StandardCharsets.UTF_8);

    assertThat(event).startsWith("data: {").endsWith("}\n\n");
    assertThat(event.strip().lines()).hasSize(1);
    assertThat(Json.mapper().readTree(event.substring(6)).at("/error/request_id").asText())
        .isEqualTo("req_1");
  }

  private static WeftError provider(int status, Map<String, Object> shown) {
    return WeftError.of("chat:provider", Reason.UPSTREAM, "The provider failed.")
        .withDetail(WeftError.UPSTREAM_STATUS, status)
        .withDetail(WeftError.UPSTREAM_ERROR, shown);
  }
}
