package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import dev.weft.testkit.node.Eventually;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysIT {
  private final Gateway gateway = Gateway.start();

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void aKeyIsCheckedOnceForManyRequests() throws Exception {
    gateway.auth.allow("many", "*");
    status("many");
    int checks = gateway.auth.checks.get();

    for (int i = 0; i < 20; i++) {
      assertThat(status("many")).isEqualTo(200);
    }

    assertThat(gateway.auth.checks).hasValue(checks);
  }

  @Test
  void aRevokedKeyIsRefusedWithinASecond() throws Exception {
    gateway.auth.allow("soon-gone", "*");
    assertThat(status("soon-gone")).isEqualTo(200);

    long revoked = System.nanoTime();
    gateway.auth.revoke("soon-gone");
    while (status("soon-gone") == 200) {
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(1));
    }

    assertThat(status("soon-gone")).isEqualTo(401);
  }

  @Test
  void aRevocationThatNobodyHeardIsFoundWhenTheStreamIsBack() throws Exception {
    gateway.auth.allow("unheard", "*");
    assertThat(status("unheard")).isEqualTo(200);

    gateway.auth.revokeSilently("unheard");
    assertThat(status("unheard")).as("remembered").isEqualTo(200);
    gateway.auth.hangUp();
    Eventually.holds(() -> gateway.auth.listeners() == 1);

    Eventually.holds(() -> status("unheard") == 401);
  }

  @Test
  void secretsAreNotKeptOnTheWay() throws Exception {
    HttpResponse<String> response = gateway.post("/auth/keys", "{\"name\":\"n\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
  }

  private int status(String key) {
    try {
      return gateway
          .send(
              HttpRequest.newBuilder(gateway.uri("/v1/models/a%2Fb"))
                  .header("authorization", "Bearer " + key))
          .statusCode();
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
