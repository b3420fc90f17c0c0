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

/** A page of a stranger whose name leads to this machine must not read anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostsIT {
  private final Gateway loopback =
      Gateway.start(
          settings -> settings.set(GatewayKeys.ALLOWED_HOSTS, List.of("Weft.example")), true);

  @AfterAll
  void stop() {
    loopback.close();
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
    assertThat(get(loopback, "/health", host)).startsWith("HTTP/1.1 200");
    assertThat(mcp(loopback, host, "")).contains("mesh:unavailable");
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
  void othersAreMisdirectedWhateverTheyAskFor(String host) throws Exception {
    for (String path :
        List.of("/", "/docs", "/health", "/livez", "/v1/models", "/nowhere", "/metrics")) {
      refused(get(loopback, path, host));
    }
    refused(mcp(loopback, host, ""));
    refused(
        send(
            loopback,
            "OPTIONS /v1/models",
            host,
            "Origin: http://" + host + "\r\nAccess-Control-Request-Method: GET\r\n\r\n"));
  }

  @Test
  void aWholeUrlInTheRequestLineCountsForMoreThanTheHeader() throws Exception {
    refused(get(loopback, "http://evil.example/health", "localhost"));
    assertThat(get(loopback, "http://localhost/health", "evil.example")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aConnectionGoesOnAfterAMisdirectedRequest() throws Exception {
    try (RawClient client = loopback.connect()) {
      client.send("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n");
      assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 421");
      client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void pagesOfAllowedHostsMayCallMcpAndNoOthers() throws Exception {
    for (String origin :
        List.of("https://weft.example", "http://weft.example:81", "http://localhost:8000")) {
      assertThat(mcp(loopback, "localhost:8000", origin)).contains("mesh:unavailable");
    }
    for (String origin :
        List.of("http://localhost:9", "https://evil.example", "null", "weft.example", "http://")) {
      assertThat(mcp(loopback, "localhost:8000", origin))
          .startsWith("HTTP/1.1 403")
          .contains("gateway:origin.denied", "gateway.allowedHosts");
    }
  }

  @Test
  void whereNoHostIsNamedAndClientsAreElsewhereAnyIsAnsweredButItsPagesAreNotBelieved()
      throws Exception {
    try (Gateway open =
        Gateway.start(settings -> settings.set(GatewayKeys.HOST, "0.0.0.0"), true)) {
      assertThat(get(open, "/health", "evil.example")).startsWith("HTTP/1.1 200");
      assertThat(mcp(open, "evil.example", "http://evil.example"))
          .startsWith("HTTP/1.1 403")
          .contains("gateway:origin.denied");
      assertThat(mcp(open, "127.0.0.1:8000", "http://127.0.0.1:8000")).contains("mesh:unavailable");
    }
  }

  /** Probes ask by the address of a machine. */
  @Test
  void whereHostsAreNamedTheAddressARequestCameInAtIsStillItsOwn() throws Exception {
    try (Gateway named =
        Gateway.start(
            settings ->
                settings
                    .set(GatewayKeys.HOST, "0.0.0.0")
                    .set(GatewayKeys.ALLOWED_HOSTS, List.of("weft.example")),
            true)) {
      refused(get(named, "/health", "evil.example"));
      refused(get(named, "/health", "10.0.0.1"));
      assertThat(get(named, "/health", "weft.example")).startsWith("HTTP/1.1 200");
      assertThat(get(named, "/livez", "127.0.0.1")).startsWith("HTTP/1.1 200");
    }
  }

  private static void refused(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 421")
        .contains("gateway:host.denied", "gateway.allowedHosts");
  }

  private static String get(Gateway gateway, String path, String host) throws Exception {
    return send(gateway, "GET " + path, host, "\r\n");
  }

  private static String mcp(Gateway gateway, String host, String origin) throws Exception {
    return send(
        gateway,
        "POST /mcp",
        host,
        (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
            + "Authorization: Bearer "
            + Gateway.KEY
            + "\r\nContent-Length: 2\r\n\r\n{}");
  }

  private static String send(Gateway gateway, String line, String host, String rest)
      throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + rest);
      return client.readAll();
    }
  }
}
