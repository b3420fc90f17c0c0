package dev.weft.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {
  private final ClientAddresses clients =
      new ClientAddresses(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          198.51.100.1; 203.0.113.9;                          198.51.100.1
          10.1.2.3;     203.0.113.9;                          203.0.113.9
          10.1.2.3;     '6.6.6.6, 203.0.113.9';               203.0.113.9
          10.1.2.3;     '203.0.113.9, 10.9.9.9,192.0.2.1';    203.0.113.9
          10.1.2.3;     '10.0.0.1, 10.0.0.2';                 10.0.0.1
          10.1.2.3;     203.0.113.9:4711;                     203.0.113.9
          10.1.2.3;     [2001:db8:2::1]:4711;                 2001:db8:2::1
          10.1.2.3;     2001:db8:2::1;                        2001:db8:2::1
          2001:db8:1::5; 203.0.113.9;                         203.0.113.9
          10.1.2.3;     '203.0.113.9, unknown';               10.1.2.3
          10.1.2.3;     '203.0.113.9, unknown, 10.0.0.2';     10.0.0.2
          10.1.2.3;     '';                                   10.1.2.3
          10.1.2.3;     ',,';                                 10.1.2.3
          10.1.2.3;     example.com;                          10.1.2.3
          11.0.0.1;     203.0.113.9;                          11.0.0.1
          """)
  void onlyWhatTrustedProxiesSayIsBelieved(String peer, String forwarded, String client) {
    assertThat(clients.of(peer, List.of(forwarded))).isEqualTo(client);
  }

  @Test
  void severalLinesAreOneList() {
    assertThat(clients.of("10.0.0.1", List.of("203.0.113.9", "10.0.0.2"))).isEqualTo("203.0.113.9");
    assertThat(clients.of("10.0.0.1", List.of())).isEqualTo("10.0.0.1");
  }

  @Test
  void anEndlessListIsReadToABound() {
    assertThat(
            clients.of(
                "10.0.0.1", List.of("203.0.113.9, " + "10.0.0.2, ".repeat(1_000) + "10.0.0.3")))
        .isEqualTo("10.0.0.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0/8", "example.com"})
  void whatIsNoNetworkIsRefused(String network) {
    assertThat(ClientAddresses.fault(network)).contains("'" + network + "'");
    assertThatThrownBy(() -> new ClientAddresses(List.of(network)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
