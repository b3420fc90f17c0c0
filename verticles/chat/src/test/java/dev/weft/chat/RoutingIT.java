package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.contracts.chat.GetModel;
import dev.weft.contracts.chat.Model;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.testkit.upstream.ScriptedUpstream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoutingIT {

  @Test
  void theOnlyProviderGetsEveryName() {
    try (ChatHouse house = ChatHouse.open()) {
      house.create("anything/at-all");
      assertThat(house.upstream.completions().getFirst().bodyText())
          .contains("\"model\":\"anything/at-all\"");
      house.create("openai/x");
      assertThat(house.upstream.completions().get(1).bodyText()).contains("\"model\":\"x\"");
      house.createBody("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      assertThat(house.upstream.completions().get(2).bodyText()).contains("\"model\":\"scripted\"");
      assertThat(house.create("weft-offline")).contains("\"model\":\"weft-offline\"");
      assertThat(house.upstream.completions()).hasSize(3);
    }
  }

  @Test
  void amongSeveralProvidersTheNameDecides() {
    try (ChatHouse first = ChatHouse.open();
        ScriptedUpstream second = ScriptedUpstream.start(first.vertx);
        ScriptedUpstream third = ScriptedUpstream.start(first.vertx)) {
      second.models("two", "openai/four");
      try (ChatHouse house =
          ChatHouse.open(
              settings ->
                  settings
                      .set(
                          ChatKeys.PROVIDERS,
                          List.of(
                              provider("fixed", third, List.of("three")),
                              provider("asked", second, null)))
                      .set(ChatKeys.DEFAULT_MODEL, "three"))) {
        house.upstream.models("one");
        house.create("three");
        house.create("default");
        assertThat(third.completions()).hasSize(2);
        house.create("two");
        house.create("asked/two");
        assertThat(second.completions()).hasSize(2);
        house.create("one");
        house.create("openai/one");
        house.create("openai/new");
        assertThat(house.upstream.completions()).hasSize(3);
        house.create("openai/four");
        assertThat(second.completions().getLast().bodyText()).contains("\"openai/four\"");
        WeftError unknown = house.failure(ChatHouse.body("five", false, ""));
        assertThat(unknown.code()).isEqualTo("chat:model.not_found");
        assertThat(unknown.message()).contains("five").contains("/v1/models");
        assertThat(ids(house))
            .containsExactly("default", "three", "two", "openai/four", "one", "weft-offline");
        assertThat(second.requests().stream().filter(r -> r.path().endsWith("/models"))).hasSize(1);
        assertThat(get(house, "openai/four").ownedBy()).isEqualTo("asked");
        WeftException missing = catchThrowableOfType(WeftException.class, () -> get(house, "nine"));
        assertThat(missing.error().code()).isEqualTo("chat:model.not_found");
      }
    }
  }

  @Test
  void aNameThatTheProviderListsIsItsOwn() {
    try (ChatHouse house = ChatHouse.open()) {
      house.upstream.models("text-embedding-first", "openai/gpt-oss-20b", "m");
      house.create("openai/gpt-oss-20b");
      house.create("openai/m");
      house.create("openai/else");
      assertThat(models(house)).containsExactly("openai/gpt-oss-20b", "m", "else");
      assertThat(ids(house))
          .containsExactly(
              "default", "text-embedding-first", "openai/gpt-oss-20b", "m", "weft-offline");
    }
  }

  @Test
  void theDefaultIsTheFirstModelThatChats() {
    try (ChatHouse house = ChatHouse.open()) {
      house.upstream.models("text-embedding-3-small", "whisper-1", "org/bge-m3", "acme-chat");
      house.create("default");
      assertThat(models(house)).containsExactly("acme-chat");
      assertThat(get(house, "default").id()).isEqualTo("default");
    }
    try (ChatHouse house = ChatHouse.open()) {
      house.upstream.models("tts-1-hd", "rerank-v3");
      WeftError none = house.failure(ChatHouse.body("default", false, ""));
      assertThat(none.code()).isEqualTo("chat:model.not_found");
      assertThat(none.message()).contains("chat.defaultModel");
    }
  }

  @Test
  void aListThatCannotBeRenewedIsUsedAsItIs() {
    try (ChatHouse house =
        ChatHouse.open(
            settings ->
                settings
                    .set(ChatKeys.MODELS_CACHE, Duration.ofMillis(1))
                    .set(ChatKeys.MODELS_TIMEOUT, Duration.ofMillis(500)))) {
      house.upstream.models("one");
      assertThat(ids(house)).containsExactly("default", "one", "weft-offline");
      house.upstream.close();
      assertThat(ids(house)).containsExactly("default", "one", "weft-offline");
    }
  }

  @Test
  void withoutAProviderTheBuiltInModelAnswersAndOthersAreNotFound() {
    try (ChatHouse house =
        ChatHouse.open(
            settings ->
                settings.set(ChatKeys.OPENAI_API_KEY, "").set(ChatKeys.OPENAI_BASE_URL, ""))) {
      assertThat(house.create("default")).contains("weft-offline").contains("OPENAI_API_KEY");
      assertThat(house.createBody("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
          .contains("weft-offline");
      assertThat(house.stream("auto").awaitAll()).endsWith("data: [DONE]\n\n");
      WeftError unknown = house.failure(ChatHouse.body("gpt-4o", false, ""));
      assertThat(unknown.code()).isEqualTo("chat:model.not_found");
      assertThat(unknown.message()).contains("OPENAI_API_KEY").contains("weft-offline");
      assertThat(ids(house)).containsExactly("default", "weft-offline");
    }
  }

  @Test
  void healthTellsHowTheLastCallToAProviderEndedAndMakesNone() {
    try (ChatHouse house = ChatHouse.open()) {
      assertThat(check(house, "provider openai").detail()).contains("not called yet");
      house.create("scripted");
      house.failure(ChatHouse.body("error-401", false, ""));
      HealthReport.Check failed = awaitDegraded(house);
      assertThat(failed.detail()).contains("refused the API key").doesNotContain(ChatHouse.KEY);
      assertThat(check(house, "offline model").detail()).contains("embeddings");
      assertThat(check(house, "database").status()).isEqualTo(HealthReport.UP);
      assertThat(house.upstream.requests()).hasSize(2);
    }
  }

  @Test
  void tokensAndErrorsAreCounted() {
    try (ChatHouse house = ChatHouse.open()) {
      house.create("scripted");
      house.stream("scripted").awaitAll();
      house.failure(ChatHouse.body("error-500", false, ""));
      String metrics = house.node.context("chat").scrapeMetrics();
      assertThat(metrics)
          .contains("weft_chat_tokens_total{model=\"scripted\"")
          .contains("type=\"completion\"} 6.0")
          .contains("type=\"prompt\"} 18.0")
          .contains("weft_chat_errors_total{provider=\"openai\",reason=\"upstream\"");
      assertThat(metrics).contains("weft_chat_time_to_first_token").contains("upstream_duration");
    }
  }

  private static HealthReport.Check awaitDegraded(ChatHouse house) {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    HealthReport.Check check = check(house, "provider openai");
    while (check.status().equals(HealthReport.UP) && System.nanoTime() < end) {
      check = check(house, "provider openai"); // Reports are remembered for a second.
    }
    assertThat(check.status()).isEqualTo(HealthReport.DEGRADED);
    return check;
  }

  private static HealthReport.Check check(ChatHouse house, String name) {
    HealthReport report =
        house
            .node
            .mesh()
            .call(HealthApi.of("chat"), Empty.INSTANCE, house.node.anonymous())
            .await();
    return report.checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + report));
  }

  private static List<String> ids(ChatHouse house) {
    return house
        .node
        .mesh()
        .call(ChatApi.LIST_MODELS, Empty.INSTANCE, house.caller())
        .await()
        .data()
        .stream()
        .map(Model::id)
        .toList();
  }

  /** The models that the provider was asked for. */
  private static List<String> models(ChatHouse house) {
    return house.upstream.completions().stream()
        .map(request -> request.body().toJsonObject().getString("model"))
        .toList();
  }

  private static Model get(ChatHouse house, String id) {
    return house.node.mesh().call(ChatApi.GET_MODEL, new GetModel(id), house.caller()).await();
  }

  private static ProviderSettings provider(
      String name, ScriptedUpstream upstream, @Nullable List<String> models) {
    return new ProviderSettings(name, upstream.baseUrl(), null, null, models, null, null);
  }
}
