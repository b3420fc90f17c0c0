package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of a stranger whose name leads to this machine must not read what needs no key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostsIT {
  private final Gateway gateway =
      Gateway.start(
          settings -> settings.set(GatewayKeys.ALLOWED_HOSTS, List.of("Weft.example")), true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8000",
        "a.localhost",
        "127.0.0.1:8000",
        "127.1.2.3",
        "[::1]:8000",
        "weft.example:443"
      })
  void namesOfItsOwnAreAnswered(String host) throws Exception {
    assertThat(get("/health", host, "")).startsWith("HTTP/1.1 200");
    assertThat(post("/mcp", host)).doesNotContain("gateway:host.denied");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.evil",
        "10.0.0.1",
        "notlocalhost"
      })
  void othersAreNot(String host) throws Exception {
    for (String path : List.of("/health", "/v1/chat/health")) {
      assertThat(get(path, host, "")).startsWith("HTTP/1.1 403").contains("gateway:host.denied");
    }
    assertThat(post("/mcp", host)).startsWith("HTTP/1.1 403").contains("gateway:host.denied");
    assertThat(get("/livez", host, "")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aWholeUrlInTheRequestLineCountsForMoreThanTheHeader() throws Exception {
    assertThat(get("http://evil.example/health", "localhost", ""))
        .startsWith("HTTP/1.1 403")
        .contains("gateway:host.denied");
    assertThat(get("http://localhost/health", "evil.example", "")).startsWith("HTTP/1.1 200");
  }

  private String get(String path, String host, String more) throws Exception {
    return send("GET " + path, host, more + "\r\n");
  }

  private String post(String path, String host) throws Exception {
    return send(
        "POST " + path,
        host,
        "Authorization: Bearer " + Gateway.KEY + "\r\nContent-Length: 2\r\n\r\n{}");
  }

  private String send(String line, String host, String rest) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + rest);
      return client.readAll();
    }
  }
}
