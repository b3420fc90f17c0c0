package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawHttp2;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers of HTTP/2 that its rules forbid, or that another party may read in another way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2FramingIT {
  private final Gateway gateway =
      Gateway.start(settings -> settings.set(GatewayKeys.ALLOWED_HOSTS, List.of("x")), true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  static Stream<Arguments> heads() {
    return Stream.of(
        get("no path", ":method", "GET", ":scheme", "http", ":authority", "x"),
        get("no method", ":scheme", "http", ":authority", "x", ":path", "/docs"),
        get("no scheme", ":method", "GET", ":authority", "x", ":path", "/docs"),
        get("no authority", ":method", "GET", ":scheme", "http", ":path", "/docs"),
        request("two paths", ":path", "/health"),
        request("two methods", ":method", "POST"),
        request("two authorities", ":authority", "y"),
        request("unknown pseudo-header", ":protocol-x", "y"),
        request("status in a request", ":status", "200"),
        get(
            "pseudo-header after others",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/docs",
            "a",
            "b",
            ":authority",
            "x"),
        request("upper-case name", "X-Upper", "y"),
        request("empty name", "", "y"),
        request("name with a blank", "a b", "y"),
        request("name with a colon", "a:b", "y"),
        request("name with a line end", "a\r\nb", "y"),
        request("connection", "connection", "close"),
        request("keep-alive", "keep-alive", "timeout=5"),
        request("proxy-connection", "proxy-connection", "keep-alive"),
        request("upgrade", "upgrade", "h2c"),
        request("coding", "transfer-encoding", "chunked"),
        request("te", "te", "gzip"),
        request("value with a line end", "a", "b\r\ntransfer-encoding: chunked"),
        request("value with a NUL", "a", "b\0c"),
        request("value with a control character", "a", "b\u0001c"),
        request("another host", "host", "y"),
        request("two hosts", "host", "x", "host", "x"),
        request("two credentials", "authorization", "Bearer a", "authorization", "Bearer b"),
        request("two keys", "x-api-key", "a", "x-api-key", "b"),
        request("length without a body", "content-length", "5"),
        request("two lengths", "content-length", "0", "content-length", "5"),
        request("length no number", "content-length", "5x"),
        request("negative length", "content-length", "-5"),
        path("NUL", "/docs\0"),
        path("blank", "/docs HTTP/1.1"),
        path("line end", "/docs\r\nx: y"),
        path("not ASCII", "/docs\u00e9"),
        path("empty", ""),
        path("no slash", "docs"),
        path("whole URL", "http://y/docs"),
        path("encoded NUL", "/docs?%00"),
        path("half of a pair", "/docs?%ED%A0%80"),
        path("overlong", "/docs?%C0%AF"),
        get("CONNECT", ":method", "CONNECT", ":authority", "x:80"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void itIsRefused(String name, List<String> headers) throws Exception {
    try (RawHttp2 client = new RawHttp2(gateway.port())) {
      assertThat(client.ask(headers)).isIn("400", "404", "501", "reset", "gone");
    }
  }

  @Test
  void whatIsInOrderIsServed() throws Exception {
    try (RawHttp2 client = new RawHttp2(gateway.port())) {
      assertThat(client.ask(ofRequest("host", "x", "te", "trailers", "a", "caf\u00e9")))
          .isEqualTo("200");
    }
  }

  private static Arguments get(String name, String... headers) {
    return Arguments.of(name, List.of(headers));
  }

  private static Arguments request(String name, String... more) {
    return Arguments.of(name, ofRequest(more));
  }

  private static List<String> ofRequest(String... more) {
    List<String> headers = new ArrayList<>(List.of(":method", "GET", ":scheme", "http"));
    // Pseudo-headers before the others, whichever is at fault.
    boolean pseudo = more[0].startsWith(":");
    if (pseudo) {
      headers.addAll(List.of(more));
    }
    headers.addAll(List.of(":authority", "x", ":path", "/docs"));
    if (!pseudo) {
      headers.addAll(List.of(more));
    }
    return headers;
  }

  private static Arguments path(String name, String path) {
    return get(
        "path: " + name, ":method", "GET", ":scheme", "http", ":authority", "x", ":path", path);
  }
}
