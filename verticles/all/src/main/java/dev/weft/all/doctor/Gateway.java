package dev.weft.all.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.dev.Urls;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.GatewayKeys;
import dev.weft.json.Json;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The gateway as doctor asks it: soon, or not at all. Blocks. Thread-safe. */
final class Gateway {
  private static final int MAX_BYTES = 4 << 20;

  private final Limits limits;
  private final HttpClient client;
  private final String address;
  private final Path keyFile;

  private Gateway(Limits limits, String address, Path keyFile) {
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limits.connect())
            .build();
    this.address = address;
    this.keyFile = keyFile;
  }

  static Gateway of(Config config, Limits limits, @Nullable String url, @Nullable Path keyFile) {
    return new Gateway(
        limits,
        url == null
            ? Urls.gateway(config, config.get(GatewayKeys.PORT))
            : url.replaceFirst("/+$", ""),
        keyFile == null ? Path.of(config.get(NodeKeys.DATA)).resolve("dev.key") : keyFile);
  }

  String address() {
    return address;
  }

  Path keyFile() {
    return keyFile;
  }

  /** What answers there. */
  Answers whoIsThere() {
    return who(URI.create(address + GatewayApi.LIVE));
  }

  /** What answers at a port of this machine, without TLS. */
  Answers whoIsAt(String host, int port) {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return who(URI.create("http://" + literal + ":" + port + GatewayApi.LIVE));
  }

  /** Who answers at an address. */
  enum Answers {
    NOBODY,
    WEFT,
    /** Somebody whose certificate Java does not trust. */
    UNTRUSTED,
    OTHER
  }

  private Answers who(URI uri) {
    try {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(uri).timeout(limits.connect()).build(),
              HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), 64));
      boolean weft = new String(answer.body(), US_ASCII).equals("live\n");
      return weft ? Answers.WEFT : Answers.OTHER;
    } catch (ConnectException e) {
      return Answers.NOBODY;
    } catch (SSLException e) {
      return Answers.UNTRUSTED;
    } catch (IOException | InterruptedException e) {
      return Answers.OTHER;
    }
  }

  /** Status of what is asked for with the key. */
  int status(String path) throws NotChecked {
    return send(path).statusCode();
  }

  /** What is asked for with the key. */
  JsonNode get(String path) throws NotChecked {
    HttpResponse<byte[]> answer = send(path);
    try {
      if (answer.statusCode() != 200 && answer.statusCode() != 503) {
        throw new NotChecked("refused", path, answer.statusCode());
      }
      return Json.mapper().readTree(answer.body());
    } catch (IOException e) {
      throw new NotChecked("answer", address + path);
    }
  }

  private HttpResponse<byte[]> send(String path) throws NotChecked {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(limits.answer());
    try {
      if (Files.isReadable(keyFile)) {
        request.header("authorization", "Bearer " + Files.readString(keyFile).strip());
      }
      return client.send(
          request.build(),
          HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
    } catch (HttpTimeoutException e) {
      throw new NotChecked("silent", address + path, limits.answer().toMillis());
    } catch (IOException | InterruptedException | IllegalArgumentException e) {
      throw new NotChecked("answer", address + path);
    }
  }
}
