package dev.weft.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLimitTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final RefusalLimit limit = new RefusalLimit(3, 20, nanos::get);

  @Test
  void aBurstAndThenSoManyAMinute() {
    assertThat(taken("192.0.2.1", 10)).isEqualTo(3);
    assertThat(Duration.ofNanos(limit.take("192.0.2.1"))).isEqualTo(Duration.ofSeconds(3));

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(taken("192.0.2.1", 10)).as("never more than the burst").isEqualTo(3);
    int later = 0;
    for (int second = 0; second < 60; second++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      later += taken("192.0.2.1", 1);
    }
    assertThat(later).isEqualTo(20);
  }

  @Test
  void goodCredentialsCostNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(limit.take("192.0.2.1")).isZero();
      limit.giveBack("192.0.2.1");
    }
    assertThat(taken("192.0.2.1", 10)).isEqualTo(3);
  }

  @Test
  void eachAddressAndEachNetworkOfIpv6ByItself() {
    assertThat(taken("192.0.2.1", 10)).isEqualTo(3);
    assertThat(taken("192.0.2.2", 10)).isEqualTo(3);
    assertThat(taken("2001:db8:0:1::1", 10)).isEqualTo(3);
    assertThat(taken("2001:db8:0:1:ffff::2", 10)).as("the same /64").isZero();
    assertThat(taken("2001:db8:0:2::1", 10)).isEqualTo(3);
    assertThat(taken("no address", 10)).isEqualTo(3);
  }

  @Test
  void manyNetworksTakeBoundedMemoryAndTime() {
    for (int i = 0; i < 100_000; i++) {
      limit.take("2001:db8:%x:%x::1".formatted(i >> 16, i & 0xffff));
    }
    assertThat(limit.networks()).isLessThanOrEqualTo(10_000);
  }

  private int taken(String client, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += limit.take(client) == 0 ? 1 : 0;
    }
    return taken;
  }
}
