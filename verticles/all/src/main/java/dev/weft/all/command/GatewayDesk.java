package dev.weft.all.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.dev.Urls;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.gateway.GatewayKeys;
import dev.weft.json.Json;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the gateway; options of every command that does. */
final class GatewayDesk {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(90);

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--url", paramLabel = "URL", descriptionKey = "objects.url")
  private @Nullable String url;

  @Option(names = "--key-file", paramLabel = "FILE", descriptionKey = "objects.keyFile")
  private @Nullable Path keyFile;

  @Option(names = "--json", descriptionKey = "objects.json")
  private boolean json;

  boolean json() {
    return json;
  }

  ConfigLoader loader() {
    return options.loader();
  }

  /** The address that was named; null for the configured one. */
  @Nullable String url() {
    return url;
  }

  /** The file that was named; null for the ready-made key. */
  @Nullable Path keyFile() {
    return keyFile;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param path encoded
   * @throws StartFailure with what kept it from being answered
   */
  JsonNode ask(Terminal terminal, String method, String path) {
    Messages messages = terminal.messages();
    Config config = options.loader().load();
    String address =
        url == null
            ? Urls.gateway(config, config.get(GatewayKeys.PORT))
            : url.replaceFirst("/+$", "");
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address + path))
              .timeout(ANSWER)
              .header("authorization", "Bearer " + key(messages, config))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode tree = tree(answer.body());
      // A health that is bad comes with 503.
      boolean told = answer.statusCode() == 503 && tree.has("status");
      if (answer.statusCode() != 200 && !told) {
        String said = tree.at("/error/message").asText();
        String code = tree.at("/error/code").asText();
        throw new StartFailure(
            ExitCode.FAILED,
            messages.text("objects.refused", answer.statusCode(), said + " (" + code + ")"));
      }
      return tree;
    } catch (IllegalArgumentException e) {
      throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    } catch (ConnectException | java.net.http.HttpTimeoutException e) {
      throw unreachable(messages, address, e);
    } catch (IOException e) {
      throw unreachable(messages, address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(messages, address, e);
    }
  }

  private static StartFailure unreachable(Messages messages, String address, Exception cause) {
    return new StartFailure(
        ExitCode.UNREACHABLE, messages.text("objects.unreachable", address), cause);
  }

  private static JsonNode tree(byte[] body) throws IOException {
    return Json.mapper().readTree(body);
  }

  private String key(Messages messages, Config config) throws IOException {
    Path file = keyFile == null ? Path.of(config.get(NodeKeys.DATA)).resolve("dev.key") : keyFile;
    if (!Files.isReadable(file)) {
      throw new StartFailure(ExitCode.FAILED, messages.text("objects.noKey", file));
    }
    return Files.readString(file).strip();
  }

  /** A name as it stands in a path: all but letters and digits as {@code %XX}. */
  static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace(".", "%2E")
        .replace("*", "%2A");
  }

  /** A query of those that are there. */
  static String query(Map<String, ? extends @Nullable Object> parameters) {
    StringBuilder out = new StringBuilder();
    parameters.forEach(
        (name, value) -> {
          if (value != null) {
            out.append(out.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encoded(String.valueOf(value)));
          }
        });
    return out.toString();
  }
}
