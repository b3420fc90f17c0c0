package dev.weft.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftError;
import dev.weft.testkit.upstream.Chunks;
import dev.weft.testkit.upstream.Script;
import dev.weft.testkit.upstream.Step;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are read generously, end when they are whole, and fail in the provider's words. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderAnswersIT {

  private static final String BROTLI = "8b07807b226572726f72223a22626f6f6d227d03";
  private static final String ROLE = Chunks.role("m", false);
  private static final String WORD = Chunks.content("m", "word0 ", false);
  private static final String FINISH = Chunks.finish("m", "stop", false);

  private final ChatHouse house = ChatHouse.open();

  @BeforeEach
  void reset() {
    house.upstream.reset();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @Test
  void anAnswerThatHasFinishedEndsThoughTheConnectionStaysOpen() {
    house.upstream.next(
        Script.events(Step.Write.of(ROLE + WORD), Step.Write.of(FINISH), new Step.Stall()));
    assertThat(house.stream("m").awaitAll()).isEqualTo(ROLE + WORD + FINISH + Chunks.DONE);
    assertThat(house.upstream.completions().getFirst().ended().await().byClient()).isTrue();
  }

  @Test
  void usageMayComeAShortWhileAfterTheEnd() {
    house.upstream.next(
        Script.events(
            Step.Write.of(ROLE + WORD + FINISH),
            new Step.Wait(Duration.ofMillis(300)),
            Step.Write.of(Chunks.usage("m", 3)),
            new Step.Stall()));
    String asked = ",\"stream_options\":{\"include_usage\":true}";
    assertThat(house.streamBody(ChatHouse.body("m", true, asked)).awaitAll())
        .contains("\"usage\":{")
        .endsWith(Chunks.DONE);
  }

  @Test
  void anAnswerThatHasFinishedEndsThoughTheConnectionBreaks() {
    house.upstream.next(
        Script.events(Step.Write.of(ROLE + WORD + FINISH), new Step.Flush(), new Step.Cut()));
    assertThat(house.stream("m").awaitAll()).isEqualTo(ROLE + WORD + FINISH + Chunks.DONE);
  }

  @Test
  void moreOfTheAnswerAfterAReasonIsWaitedFor() {
    house.upstream.next(
        Script.events(
            Step.Write.of(ROLE + WORD + FINISH),
            new Step.Wait(Duration.ofMillis(700)),
            Step.Write.of(WORD),
            new Step.Wait(Duration.ofMillis(700)),
            Step.Write.of(FINISH + Chunks.DONE)));
    assertThat(house.stream("m").awaitAll())
        .isEqualTo(ROLE + WORD + FINISH + WORD + FINISH + Chunks.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/html; charset=utf-8", "text/plain", "x/y"})
  void anEventStreamIsOneUnderAnyType(String type) {
    house.upstream.next(Script.body(201, type, "\uFEFF" + ROLE + WORD + FINISH + Chunks.DONE));
    assertThat(house.stream("m").awaitAll()).isEqualTo(ROLE + WORD + FINISH + Chunks.DONE);
  }

  @Test
  void anAnswerInOnePieceBecomesAStream() {
    house.upstream.next(Script.json(200, Chunks.completion("m", 3)));
    assertThat(house.stream("m").awaitAll())
        .contains("\"chat.completion.chunk\"")
        .contains("word0")
        .contains("\"finish_reason\":\"stop\"")
        .endsWith(Chunks.DONE);
  }

  @Test
  void anAnswerInOnePieceIsMended() {
    String good = Chunks.completion("m", 3);
    house.upstream.next(Script.json(203, "\uFEFF" + good.replace("word0", "wo\trd0")));
    assertThat(house.create("m")).isEqualTo(good.replace("word0", "wo\\trd0"));
  }

  @Test
  void anEncodedAnswerIsRead() throws IOException {
    String stream = ROLE + WORD + FINISH + Chunks.DONE;
    house.upstream.next(
        encoded("gzip", gzip(Chunks.completion("m", 3).getBytes(UTF_8)), "application/json"));
    assertThat(house.create("m")).isEqualTo(Chunks.completion("m", 3));
    house.upstream.next(encoded("gzip", gzip(stream.getBytes(UTF_8)), "text/event-stream"));
    assertThat(house.stream("m").awaitAll()).isEqualTo(stream);
    house.upstream.next(
        encoded("gzip", gzip("{\"error\":\"boom\"}".getBytes(UTF_8)), "application/json"));
    assertThat(house.failure(ChatHouse.body("m", false, "")).message()).contains("boom");
    // An error of a stream in Brotli: {"error":"boom"}
    byte[] brotli = HexFormat.of().parseHex(BROTLI);
    house.upstream.next(encoded("br", brotli, "text/event-stream"));
    assertThat(house.stream("m").awaitFailure().message()).contains("boom");
  }

  @Test
  void anEncodedAnswerThatIsCutBrokenVastOrUnknownIsAnError() throws IOException {
    byte[] good = gzip((ROLE + WORD + FINISH + Chunks.DONE).getBytes(UTF_8));
    byte[] broken = good.clone();
    broken[20] ^= 0x55;
    byte[] events = gzip(WORD.repeat(200_000).getBytes(UTF_8));
    byte[] zeros = gzip(new byte[40 << 20]);
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(String encoding, byte[] body, String says) {}
    for (Row row :
        List.of(
            new Row("gzip", Arrays.copyOf(good, 30), ""),
            new Row("gzip", broken, ""),
            new Row("gzip", events, "grows more than"),
            new Row("gzip", zeros, ""),
            new Row("zstd", good, "zstd"))) {
      house.upstream.next(encoded(row.encoding(), row.body(), "text/event-stream"));
      StreamProbe probe = house.stream("m");
      assertThat(probe.awaitFailure().message()).contains(row.says());
      assertThat(probe.text()).doesNotContain("[DONE]");
      house.upstream.next(encoded(row.encoding(), row.body(), "application/json"));
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).isEqualTo("chat:provider.upstream");
      assertThat(error.message()).doesNotContain("Exception");
    }
  }

  private static Script encoded(String encoding, byte[] body, String type) {
    return new Script(
        200,
        Map.of("content-type", type, "content-encoding", encoding),
        List.of(new Step.Write(Buffer.buffer(body))));
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|chat:provider.invalid|400",
        "429|chat:provider.rate_limited|429",
        "503|chat:provider.unavailable|503"
      })
  void aReportUnderAGoodStatusIsWhatItsCodeSays(int code, String is, int status) {
    String report = "{\"error\":{\"message\":\"boom\",\"code\":" + code + "}}";
    for (boolean stream : List.of(true, false)) {
      house.upstream.next(
          stream
              ? Script.events(Step.Write.of("data: " + report + "\n\n"))
              : Script.json(200, report));
      WeftError error =
          stream ? house.stream("m").awaitFailure() : house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).isEqualTo(is);
      assertThat(error.details()).containsEntry(WeftError.UPSTREAM_STATUS, status);
      assertThat(shown(error)).containsEntry("message", "boom");
    }
  }

  @Test
  void aFailureUnderAGoodStatusIsOneInEveryShape() {
    for (String body :
        List.of(
            "{\"object\":\"error\",\"message\":\"boom\"}",
            "{\"detail\":\"boom\"}",
            "{\"choices\":[],\"error\":\"boom\"}",
            "{\"choices\":[{\"index\":0,\"message\":{},\"error\":{\"message\":\"boom\"}}]}",
            "boom",
            "\"boom\"")) {
      house.upstream.next(Script.json(200, body));
      assertThat(house.failure(ChatHouse.body("m", false, "")).toString()).contains("boom");
    }
  }

  @Test
  void aBlanketRefusalIsToldInTheProvidersWords() {
    record Row(int status, String body, String code, String says) {}
    for (Row row :
        List.of(
            new Row(
                403,
                "{\"error\":{\"message\":\"Your input was flagged\",\"code\":403,"
                    + "\"metadata\":{\"reasons\":[\"violence\"]}}}",
                "chat:provider.denied",
                "flagged"),
            new Row(
                403,
                "{\"error\":{\"message\":\"Country, region, or territory not supported\","
                    + "\"code\":\"unsupported_country_region_territory\"}}",
                "chat:provider.denied",
                "region"),
            new Row(403, "", "chat:provider.upstream", "refused the API key"),
            new Row(
                403,
                "{\"error\":{\"message\":\"API key not valid.\"}}",
                "chat:provider.upstream",
                "refused the API key"),
            new Row(
                429,
                "{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":"
                    + "\"m is rate-limited upstream\",\"provider_name\":\"Acme\"}}}",
                "chat:provider.rate_limited",
                "rate-limited upstream (Acme)"),
            new Row(
                400,
                "{\"error\":{\"message\":\"Filtered.\",\"innererror\":{\"code\":"
                    + "\"ResponsibleAIPolicyViolation\"}}}",
                "chat:provider.invalid",
                "ResponsibleAIPolicyViolation"),
            new Row(500, "CUDA out of\n memory", "chat:provider.upstream", "CUDA out of memory"),
            new Row(
                500,
                "{\"errors\":[{\"detail\":\"disk on fire\"}]}",
                "chat:provider.upstream",
                "disk on fire"),
            new Row(
                404,
                "<html><h1>404 Not Found</h1></html>",
                "chat:provider.upstream",
                "Check its base URL"),
            new Row(404, "{\"detail\":\"Not Found\"}", "chat:provider.upstream", "base URL"),
            new Row(
                404,
                "{\"error\":{\"message\":\"No such model\"}}",
                "chat:provider.not_found",
                "No such model"))) {
      house.upstream.next(Script.body(row.status(), "text/html", row.body()));
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).as(row.body()).isEqualTo(row.code());
      assertThat(error.message()).contains(row.says());
      if (row.says().contains("base URL")) {
        assertThat(error.message()).contains(house.upstream.baseUrl()).contains("404");
      }
    }
  }

  @Test
  void whatElseAReportHasGoesOn() {
    house.upstream.next(
        Script.json(
            400,
            "{\"error\":{\"message\":\"too"
                + " long\",\"n_ctx\":4096,\"innererror\":{\"code\":\"x\"}}}"));
    assertThat(shown(house.failure(ChatHouse.body("m", false, ""))))
        .containsEntry("n_ctx", 4096)
        .containsEntry("innererror", Map.of("code", "x"))
        .containsEntry("provider", "openai");
  }

  @Test
  void whatAFlatReportHasIsNotRepeated() {
    house.upstream.next(Script.json(400, "{\"error\":\"no such thing\",\"hint\":\"pull it\"}"));
    assertThat(shown(house.failure(ChatHouse.body("m", false, ""))))
        .containsOnly(
            Map.entry("message", "no such thing"),
            Map.entry("hint", "pull it"),
            Map.entry("provider", "openai"));
  }

  @Test
  void aRedirectIsToldWithItsTargetAndWithoutItsSecrets() {
    house.upstream.next(
        new Script(
            308,
            Map.of("location", "https://me:secret@new.example/v1/chat/completions?token=secret"),
            List.of(new Step.Write(Buffer.buffer()))));
    WeftError error = house.failure(ChatHouse.body("m", false, ""));
    assertThat(error.message())
        .contains("308")
        .contains("https://new.example/v1/chat/completions")
        .contains(house.upstream.baseUrl())
        .doesNotContain("secret");
    assertThat(error.retryable()).isFalse();
  }

  @Test
  void theKeyIsNeverQuoted() {
    for (int status : new int[] {200, 400, 401, 403, 404, 500, 503}) {
      for (String body :
          List.of(
              "{\"error\":{\"message\":\"flagged: " + ChatHouse.KEY + "\"}}",
              "<html>flagged: " + ChatHouse.KEY,
              "{\"x\":{\"y\":\"" + ChatHouse.KEY + "\"}}")) {
        house.upstream.next(Script.body(status, "text/html", body));
        assertThat(house.failure(ChatHouse.body("m", false, "")).toString())
            .doesNotContain(ChatHouse.KEY);
        house.upstream.next(Script.body(status, "text/html", body));
        assertThat(house.stream("m").awaitFailure().toString()).doesNotContain(ChatHouse.KEY);
      }
    }
  }

  @Test
  void anEventBeyondTheLimitIsToldWithTheSetting() {
    house.upstream.next(Script.events(Step.Write.of("data: {\"a\":\"" + "x".repeat(33 << 20))));
    WeftError error = house.stream("m").awaitFailure();
    assertThat(error.message()).contains("33554432").contains("chat.maxAnswerBytes");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> shown(WeftError error) {
    return (Map<String, Object>)
        Objects.requireNonNull(error.details().get(WeftError.UPSTREAM_ERROR));
  }
}
