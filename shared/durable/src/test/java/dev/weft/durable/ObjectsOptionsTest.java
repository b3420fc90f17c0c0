package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ObjectsOptionsTest {
  private static final Duration OTHER = Duration.ofSeconds(77);

  private final byte[] secret = {1};
  private final ObjectsOptions usual = ObjectsOptions.of(secret);

  @Test
  void eachIsSetByItself() {
    assertThat(usual.withTag("tag"))
        .isEqualTo(
            new ObjectsOptions(
                secret,
                "tag",
                usual.leaseTtl(),
                usual.leaseRenewal(),
                usual.alarmPoll(),
                usual.maxActive(),
                usual.drainTimeout()));
    assertThat(usual.withAlarmPoll(OTHER))
        .isEqualTo(
            new ObjectsOptions(
                secret,
                "",
                usual.leaseTtl(),
                usual.leaseRenewal(),
                OTHER,
                usual.maxActive(),
                usual.drainTimeout()));
    assertThat(usual.withDrainTimeout(OTHER).withMaxActive(7).withLease(OTHER, OTHER))
        .isEqualTo(new ObjectsOptions(secret, "", OTHER, OTHER, usual.alarmPoll(), 7, OTHER));
  }
}
