package dev.weft.node.internal;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import dev.weft.node.HealthCheck;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * When the certificate that the node joined with ends. A new one is used from the next start on.
 */
final class CertificateCheck implements HealthCheck {
  /** Time for somebody to see it and to issue another. */
  static final Duration WARNING = Duration.ofDays(14);

  private final Instant ends;
  private final String service;
  private final InstantSource time;

  CertificateCheck(Instant ends, String service, InstantSource time) {
    this.ends = ends;
    this.service = service;
    this.time = time;
  }

  @Override
  public Future<Check> check() {
    Instant now = time.instant();
    String when = ends.truncatedTo(ChronoUnit.SECONDS).toString();
    String needs =
        "`scripts/weft certificate issue "
            + service
            + "` where the authority is, the folder copied here, and a restart";
    if (now.isAfter(ends)) {
      return Future.succeededFuture(
          new Check(
              "certificate",
              HealthReport.DOWN,
              "ended " + when + ": no other node connects to this one any more",
              needs));
    }
    boolean soon = now.plus(WARNING).isAfter(ends);
    return Future.succeededFuture(
        new Check(
            "certificate",
            soon ? HealthReport.DEGRADED : HealthReport.UP,
            "ends " + when,
            soon ? needs : null));
  }
}
