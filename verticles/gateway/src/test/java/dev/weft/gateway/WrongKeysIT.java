package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who sends many wrong keys is not served by auth for a while; who has sent a right one is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongKeysIT {
  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.REFUSALS_BURST, 5)
                  .set(GatewayKeys.REFUSALS_PER_MINUTE, 1)
                  .set(GatewayKeys.TRUSTED_PROXIES, List.of("127.0.0.0/8")),
          true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void theyAreCountedByTheAddressTheyComeFrom() throws Exception {
    gateway.auth.allow("known", "*");
    assertThat(models("known", "192.0.2.7").statusCode()).isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      assertThat(models("wrong" + i, "192.0.2.7").statusCode()).isEqualTo(401);
    }
    int checks = gateway.auth.checks.get();

    HttpResponse<String> limited = models("wrong6", "192.0.2.7");

    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.body()).contains("rate_limit_exceeded");
    assertThat(Long.parseLong(limited.headers().firstValue("retry-after").orElseThrow()))
        .isBetween(1L, 60L);
    assertThat(gateway.auth.checks).as("auth is not asked").hasValue(checks);
    assertThat(models("known", "192.0.2.7").statusCode())
        .as("a key known to be right")
        .isEqualTo(200);
    assertThat(models("wrong7", "192.0.2.8").statusCode()).as("another client").isEqualTo(401);
    assertThat(models("wrong8", "192.0.2.8, 192.0.2.7").statusCode())
        .as("a client that claims to have come by another")
        .isEqualTo(429);
  }

  @Test
  void rightKeysAreNotCounted() throws Exception {
    for (int i = 0; i < 20; i++) {
      gateway.auth.allow("right" + i, "*");
      assertThat(models("right" + i, "192.0.2.9").statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<String> models(String key, String client) throws Exception {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/models/a"))
            .header("authorization", "Bearer " + key)
            .header("x-forwarded-for", client));
  }
}
