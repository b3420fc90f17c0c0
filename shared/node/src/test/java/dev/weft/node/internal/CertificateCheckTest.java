package dev.weft.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
  private static final Instant ENDS = Instant.parse("2027-11-28T10:00:00Z");

  @Test
  void theEndIsToldAndWarnedOfInTime() {
    Check early = before(CertificateCheck.WARNING.plusSeconds(1));
    assertThat(early.status()).isEqualTo(HealthReport.UP);
    assertThat(early.detail()).isEqualTo("ends 2027-11-28T10:00:00Z");
    assertThat(early.needs()).isNull();
    Check soon = before(CertificateCheck.WARNING.minusSeconds(1));
    assertThat(soon.status()).isEqualTo(HealthReport.DEGRADED);
    assertThat(soon.needs()).contains("certificate issue chat");
    Check late = before(Duration.ofSeconds(-1));
    assertThat(late.status()).isEqualTo(HealthReport.DOWN);
    assertThat(late.detail()).contains("ended 2027-11-28");
  }

  private static Check before(Duration time) {
    return new CertificateCheck(ENDS, "chat", () -> ENDS.minus(time)).check().result();
  }
}
