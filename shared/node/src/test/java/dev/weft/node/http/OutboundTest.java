package dev.weft.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.config.ProxyAddress;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundTest {
  private static Outbound outbound(String proxy, String... direct) {
    Map<ConfigKey<?>, Object> values =
        Map.of(NodeKeys.OUTBOUND_PROXY, proxy, NodeKeys.OUTBOUND_NO_PROXY, List.of(direct));
    return Outbound.of(
        new Config() {
          @Override
          @SuppressWarnings("unchecked") // each key has a value of its type
          public <T> T get(ConfigKey<T> key) {
            return (T) values.getOrDefault(key, key.defaultValue());
          }

          @Override
          public String origin(ConfigKey<?> key) {
            return "test";
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1,        true",
    "http://api.openai.com/v1,         false",
    "https://localhost/v1,             false",
    "https://models.localhost/v1,      false",
    "https://127.8.0.1/v1,             false",
    "https://[::1]/v1,                 false",
    "https://corp.example/v1,          false",
    "https://a.b.corp.example/v1,      false",
    "https://xcorp.example/v1,         true",
    "https://A.Dotted.Example/v1,      false",
    "https://ported.example:8443/v1,   false",
    "https://ported.example/v1,        true",
    "https://10.9.8.7/v1,              false",
    "https://11.9.8.7/v1,              true",
    "https://192.168.1.130/v1,         false",
    "https://192.168.1.120/v1,         true",
    "https://[fd00::1]/v1,             false",
    "https://[fe00::1]/v1,             true",
    "https://8.8.4.4/v1,               false",
    "https://18.8.4.4/v1,              true"
  })
  void whoIsCalledByTheProxy(String url, boolean through) {
    Outbound outbound =
        outbound(
            "proxy.example",
            "Corp.example",
            ".dotted.example",
            "*.starred.example",
            "ported.example:8443",
            "10.0.0.0/8",
            "192.168.1.128/25",
            "fd00::/8",
            "8.8.4.4",
            "300.1.1.1/8",
            "x/y",
            " ");
    assertThat(outbound.proxyTo(URI.create(url)) != null).isEqualTo(through);
    assertThat(outbound.proxyName(URI.create(url)))
        .isEqualTo(through ? "proxy.example:3128" : null);
  }

  @Test
  void aStarIsForAll() {
    URI far = URI.create("https://api.openai.com/v1");
    assertThat(outbound("http://p:1", "*").proxyTo(far)).isNull();
    assertThat(outbound("").proxyTo(far)).isNull();
  }

  @Test
  void anAddressIsReadWithItsUser() {
    ProxyOptions http =
        Objects.requireNonNull(
            outbound("http://a%3Ab:c+d%40e@Proxy.example:8080/").proxyTo(URI.create("https://x")));
    assertThat(http.getType()).isEqualTo(ProxyType.HTTP);
    assertThat(http.getHost()).isEqualTo("Proxy.example");
    assertThat(http.getPort()).isEqualTo(8080);
    assertThat(http.getUsername()).isEqualTo("a:b");
    assertThat(http.getPassword()).isEqualTo("c+d@e");
    ProxyOptions socks =
        Objects.requireNonNull(outbound("socks5://[::2]").proxyTo(URI.create("https://x")));
    assertThat(socks.getType()).isEqualTo(ProxyType.SOCKS5);
    assertThat(socks.getHost()).isEqualTo("::2");
    assertThat(socks.getPort()).isEqualTo(1080);
    assertThat(socks.getUsername()).isNull();
    assertThat(ProxyAddress.parse("http://ann:secret@host:1").toString())
        .isEqualTo("host:1")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://secret@host:1",
        "ftp://secret@host",
        "http://",
        "http://secret@host:0",
        "http://secret@host:70000",
        "http://u:se@cret@host:1",
        "http://secret@host:1/path",
        "http://secret@host:1?x",
        "a b secret",
        "://secret"
      })
  void whatIsNoAddressIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> ProxyAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must ")
        .hasMessageNotContaining("secret");
    assertThat(NodeKeys.OUTBOUND_PROXY.check().apply(text)).startsWith("must ");
  }
}
