package dev.weft.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {

  private static final Check UP = new Check("database", HealthReport.UP, null, null);
  private static final Check WEAK = new Check("provider", HealthReport.DEGRADED, "slow", "a key");

  private long nanos;
  private final ServiceHealth health =
      new ServiceHealth("chat", "chat-1", () -> nanos, InstantSource.system());

  @Test
  void withoutChecksAServiceIsUp() {
    HealthReport report = health.report().result();
    assertThat(report.status()).isEqualTo(HealthReport.UP);
    assertThat(report.service()).isEqualTo("chat");
    assertThat(report.node()).isEqualTo("chat-1");
  }

  @Test
  void theWorstCheckIsTheStatus() {
    health.add(() -> Future.succeededFuture(UP));
    health.add(() -> Future.succeededFuture(WEAK));
    HealthReport report = health.report().result();
    assertThat(report.status()).isEqualTo(HealthReport.DEGRADED);
    assertThat(report.checks()).containsExactly(UP, WEAK);
    health.add(() -> Future.failedFuture("gone"));
    nanos += 2_000_000_000L;
    assertThat(health.report().result().status()).isEqualTo(HealthReport.DOWN);
  }

  @Test
  void aCheckThatThrowsIsDown() {
    health.add(
        () -> {
          throw new IllegalStateException("broken");
        });
    HealthReport report = health.report().result();
    assertThat(report.status()).isEqualTo(HealthReport.DOWN);
    assertThat(report.checks().getFirst().detail()).isEqualTo("broken");
  }

  @Test
  void checksRunAtMostOnceASecondAndOnceAtATime() {
    int[] runs = {0};
    Promise<Check> answer = Promise.promise();
    health.add(
        () -> {
          runs[0]++;
          return answer.future();
        });
    Future<HealthReport> first = health.report();
    nanos += 5_000_000_000L;
    assertThat(health.report()).isSameAs(first);
    answer.complete(UP);
    nanos += 1;
    health.report();
    assertThat(runs[0]).isEqualTo(2);
    nanos += 999_999_999L;
    health.report();
    assertThat(runs[0]).isEqualTo(2);
    nanos += 1;
    health.report();
    assertThat(runs[0]).isEqualTo(3);
  }

  @Test
  void sinceIsTheTimeOfTheLastChange() {
    Check[] answer = {UP};
    health.add(() -> Future.succeededFuture(answer[0]));
    String up = health.report().result().since();
    nanos += 1_000_000_000L;
    assertThat(health.report().result().since()).isEqualTo(up);
    answer[0] = WEAK;
    nanos += 1_000_000_000L;
    String weak = health.report().result().since();
    assertThat(weak).isNotEqualTo(up);
    nanos += 1_000_000_000L;
    assertThat(health.report().result().since()).isEqualTo(weak);
  }
}
