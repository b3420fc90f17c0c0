package dev.weft.all.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.chat.ChatKeys;
import dev.weft.chat.ProviderSettings;
import dev.weft.chat.provider.Providers;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that is Weft itself stops the start: each request would become another one. */
class ProvidersAreElsewhereTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8123/v1",
        "http://localhost:8123/v1",
        "http://LOCALHOST:8123",
        "http://0.0.0.0:8123/v1",
        "http://[::1]:8123/v1",
        "http://127.1.2.3:8123/v1"
      })
  void theGatewayOfTheProcessIsNoProvider(String url) {
    assertThatThrownBy(() -> Providers.of(config(url, null)))
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIG_INVALID);
              assertThat(failure.getMessage()).contains("own gateway").contains(":8123");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8124/v1",
        "https://localhost/v1",
        "http://192.0.2.7:8123/v1",
        "http://models.example:8123/v1"
      })
  void anotherServerIs(String url) {
    assertThat(Providers.of(config(url, null))).hasSize(1);
  }

  @Test
  void aKeyOfWeftIsNoKeyOfAProvider() {
    assertThat(ChatKeys.keyProblem("weft_live_abc")).contains("Weft itself");
    assertThat(ChatKeys.keyProblem(" Weft_dev_abc")).isNotNull();
    assertThat(ChatKeys.keyProblem("sk-weft_abc")).isNull();
    assertThatThrownBy(() -> Providers.of(config("http://192.0.2.7/v1", "weft_live_abc")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("KEY_OF_P")
        .hasMessageNotContaining("weft_live_abc");
  }

  private static Config config(String url, @Nullable String key) {
    ProviderSettings provider =
        new ProviderSettings(
            "p", url, null, key == null ? null : "KEY_OF_P", List.of("m"), null, null);
    Map<String, Object> values =
        Map.of(ChatKeys.PROVIDERS.name(), List.of(provider), "gateway.port", 8123);
    return new Config() {
      @Override
      @SuppressWarnings("unchecked") // each value is of its key's type
      public <T> T get(ConfigKey<T> asked) {
        return (T) values.getOrDefault(asked.name(), asked.defaultValue());
      }

      @Override
      public String origin(ConfigKey<?> asked) {
        return "test";
      }

      @Override
      public @Nullable String variable(String name) {
        return name.equals("KEY_OF_P") ? key : null;
      }
    };
  }
}
