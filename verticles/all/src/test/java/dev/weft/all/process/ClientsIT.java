package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients people have, unmodified, against one {@code weft dev}. */
@Timeout(300)
class ClientsIT {
  private static @Nullable Path folder;
  private static @Nullable WeftProcess weft;
  private static String url = "";
  private static String key = "";

  @BeforeAll
  static void start() throws Exception {
    Path fresh = Files.createTempDirectory("weft-clients");
    folder = fresh;
    WeftProcess started = WeftProcess.weft(fresh, Map.of(), "dev", "--json", "--port", "0");
    weft = started;
    try (Client client = Client.of(started.firstLine(Duration.ofSeconds(60)))) {
      url = client.url();
      key = client.key();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (weft != null) {
      weft.close();
    }
    if (folder != null) {
      try (var files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(ClientsIT::delete);
      }
    }
  }

  @Test
  void openAiForJavaCompletes() {
    try (Sdk sdk = Sdk.with(key)) {
      ChatCompletion completion =
          sdk.client().chat().completions().create(hello("default").build());

      assertThat(completion.choices().getFirst().message().content().orElse(""))
          .contains("weft-offline");
      assertThat(completion.usage().orElseThrow().completionTokens()).isPositive();
    }
  }

  @Test
  void openAiForJavaStreams() {
    ChatCompletionCreateParams params =
        hello("default")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (Sdk sdk = Sdk.with(key);
        StreamResponse<ChatCompletionChunk> stream =
            sdk.client().chat().completions().createStreaming(params)) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();

      assertThat(chunks).hasSizeGreaterThan(3);
      assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isPositive();
    }
  }

  @Test
  void openAiForJavaListsModels() {
    try (Sdk sdk = Sdk.with(key)) {
      assertThat(sdk.client().models().list().data())
          .anyMatch(model -> model.id().equals("weft-offline"));
      assertThat(sdk.client().models().retrieve("weft-offline").id()).isEqualTo("weft-offline");
    }
  }

  @Test
  void openAiForJavaUnderstandsErrors() {
    try (Sdk sdk = Sdk.with(key)) {
      assertThatThrownBy(
              () -> sdk.client().chat().completions().create(hello("no-such-model").build()))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no-such-model");
    }
    try (Sdk sdk = Sdk.with("weft_dev_wrong")) {
      assertThatThrownBy(() -> sdk.client().models().list())
          .isInstanceOf(UnauthorizedException.class);
    }
  }

  /** The clients of npm bring their own assertions. */
  @ParameterizedTest
  @ValueSource(strings = {"openai", "mcp"})
  void clientsOfNpmPass(String name) throws Exception {
    assumeTrue(runs("node", "--version") && runs("npm", "--version"), "Node.js is not here");
    Process client =
        new ProcessBuilder(
                WeftProcess.HOME.resolve("scripts/clients/" + name + "/run").toString(), url, key)
            .redirectErrorStream(true)
            .start();
    String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(client.waitFor()).as(output).isZero();
  }

  private static ChatCompletionCreateParams.Builder hello(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("What are you?");
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The system's own cleaning of temporary files takes what is left.
    }
  }

  /** Closes what the SDK leaves open. */
  private record Sdk(OpenAIClient client) implements AutoCloseable {
    static Sdk with(String key) {
      return new Sdk(
          OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).maxRetries(0).build());
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
