package dev.weft.gateway.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void aSaneIdIsKept() {
    assertThat(RequestIds.requestId("order-66/a~b")).isEqualTo("order-66/a~b");
    assertThat(RequestIds.requestId("x".repeat(128))).hasSize(128);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "a\tb", "a\r\nb: c", "ä", "\u007f"})
  void anotherIsReplaced(String given) {
    assertThat(RequestIds.requestId(given)).startsWith("req_").hasSize(28);
  }

  @Test
  void aLongOneIsReplaced() {
    assertThat(RequestIds.requestId("x".repeat(129))).startsWith("req_");
  }

  @Test
  void aValidTraceContextIsContinued() {
    assertThat(RequestIds.traceparent(TRACE)).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
      })
  void anInvalidOneIsReplaced(String given) {
    assertThat(RequestIds.traceparent(given)).hasSize(55).startsWith("00-").isNotEqualTo(given);
  }
}
