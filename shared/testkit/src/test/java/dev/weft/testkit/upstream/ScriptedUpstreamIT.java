package dev.weft.testkit.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith(VertxExtension.class)
class ScriptedUpstreamIT {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ScriptedUpstream upstream;

  @BeforeEach
  void start(Vertx vertx) {
    upstream = ScriptedUpstream.start(vertx);
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void aProperStreamHasRoleWordsFinishUsageAndEnd() throws Exception {
    HttpResponse<String> response =
        http.send(
            ask("scripted?events=2", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
            BodyHandlers.ofString());
    assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(response.body())
        .isEqualTo(String.join("", Chunks.stream("scripted?events=2", 2, true)))
        .endsWith(Chunks.DONE);
  }

  @Test
  void anAnswerThatIsNotStreamedIsOneBody() throws Exception {
    HttpResponse<String> response = http.send(ask("scripted", "\"n\":1"), BodyHandlers.ofString());
    assertThat(response.body()).isEqualTo(Chunks.completion("scripted", 3));
    RecordedRequest seen = upstream.completions().getFirst();
    assertThat(seen.bodyText()).contains("\"scripted\"");
    assertThat(seen.header("authorization")).isEqualTo("Bearer k");
  }

  @Test
  void aCutStreamIsAnErrorOfTheTransport() {
    assertThatThrownBy(
            () -> http.send(ask("cut-middle", "\"stream\":true"), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> http.send(ask("cut-headers", "\"n\":1"), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void splitStreamsArriveWhole() throws Exception {
    HttpResponse<String> response =
        http.send(ask("split", "\"stream\":true"), BodyHandlers.ofString());
    assertThat(response.body()).contains("天气é😀 1").endsWith("data: [DONE]\r\n\r\n");
  }

  @Test
  void aClosedConnectionIsNoticedAtOnce() throws Exception {
    HttpResponse<InputStream> response =
        http.send(ask("stall-middle", "\"stream\":true"), BodyHandlers.ofInputStream());
    assertThat(response.body().readNBytes(10)).hasSize(10);
    RecordedRequest seen = upstream.completion(0).await();
    response.body().close();
    assertThat(seen.ended().await().byClient()).isTrue();
  }

  @Test
  void scriptsGivenByHandComeFirst() throws Exception {
    upstream.next(Script.json(418, "{}")).on("mine", Script.json(202, "[]"));
    assertThat(http.send(ask("mine", "\"n\":1"), BodyHandlers.ofString()).statusCode())
        .isEqualTo(418);
    assertThat(http.send(ask("mine", "\"n\":1"), BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
    assertThat(http.send(ask("error-429", "\"n\":1"), BodyHandlers.ofString()).headers().map())
        .containsEntry("retry-after", List.of("7"));
  }

  private HttpRequest ask(String model, String more) {
    return HttpRequest.newBuilder(URI.create(upstream.baseUrl() + "/chat/completions"))
        .timeout(Duration.ofSeconds(10))
        .header("authorization", "Bearer k")
        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model + "\"," + more + "}"))
        .build();
  }
}
