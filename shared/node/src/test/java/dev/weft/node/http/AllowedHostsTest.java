package dev.weft.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
  private static final SocketAddress HERE = SocketAddress.inetSocketAddress(8000, "10.1.2.3");
  private static final SocketAddress HERE6 = SocketAddress.inetSocketAddress(8000, "fd00::1");

  @Test
  void onLoopbackNoOtherNamesAreItsOwnUnlessNamed() {
    AllowedHosts hosts = AllowedHosts.of("127.0.0.1", List.of());
    assertThat(hosts.allows(host("localhost"), null)).isTrue();
    assertThat(hosts.allows(host("weft.example"), null)).isFalse();
    assertThat(hosts.allows(null, null)).isTrue();
    AllowedHosts named = AllowedHosts.of("::1", List.of("Weft.Example", "fd00::2"));
    assertThat(named.allows(host("weft.example"), null)).isTrue();
    assertThat(named.allows(host("[FD00::2]"), null)).isTrue();
    assertThat(named.allows(host("weft.example.evil"), null)).isFalse();
  }

  @Test
  void elsewhereAnyIsAllowedUntilOneIsNamedAndNoneIsItsOwnForThat() {
    AllowedHosts any = AllowedHosts.of("0.0.0.0", List.of());
    assertThat(any.allows(host("evil.example"), HERE)).isTrue();
    assertThat(any.isOwn(host("evil.example"), HERE)).isFalse();
    AllowedHosts named = AllowedHosts.of("0.0.0.0", List.of("weft.example"));
    assertThat(named.allows(host("evil.example"), HERE)).isFalse();
  }

  @Test
  void theAddressOfTheConnectionIsItsOwn() {
    AllowedHosts hosts = AllowedHosts.of("0.0.0.0", List.of("weft.example"));
    assertThat(hosts.isOwn(host("10.1.2.3"), HERE)).isTrue();
    assertThat(hosts.isOwn(host("10.1.2.4"), HERE)).isFalse();
    assertThat(hosts.isOwn(host("[fd00:0:0::1]"), HERE6)).isTrue();
    assertThat(hosts.isOwn(host("fd00.example"), HERE6)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"weft.example", "10.0.0.1", "::1", "[::1]", "weft_1"})
  void namesAndAddressesCanBeNamed(String name) {
    assertThat(AllowedHosts.fault(name)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "weft.example:443", "https://weft.example", "a/b", "a b", "*.example"})
  void whatHasMoreThanAHostCannot(String name) {
    assertThat(AllowedHosts.fault(name)).isNotNull();
  }

  private static HostAndPort host(String name) {
    return HostAndPort.create(name, 8000);
  }
}
