package dev.weft.node.internal;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import dev.weft.node.BuildInfo;
import dev.weft.node.HealthCheck;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one service of a node feels: the worst of its checks. Asked often, it looks at most once a
 * second. Thread-safe.
 */
final class ServiceHealth {

  private static final long CHECK_LIMIT_MILLIS = 2_000;
  private static final long CACHE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String service;
  private final String nodeId;
  private final LongSupplier nanoTime;
  private final InstantSource time;
  private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();
  private @Nullable Future<HealthReport> latest;
  private long latestNanos;
  private String status = HealthReport.UP;
  private Instant since;

  ServiceHealth(String service, String nodeId, LongSupplier nanoTime, InstantSource time) {
    this.service = service;
    this.nodeId = nodeId;
    this.nanoTime = nanoTime;
    this.time = time;
    this.since = time.instant();
  }

  void add(HealthCheck check) {
    checks.add(check);
  }

  /** Looks at everything, or tells what was seen within the last second. */
  synchronized Future<HealthReport> report() {
    if (latest != null
        && (!latest.isComplete() || nanoTime.getAsLong() - latestNanos < CACHE_NANOS)) {
      return latest;
    }
    List<Future<Check>> running = new ArrayList<>();
    for (HealthCheck check : checks) {
      running.add(run(check));
    }
    latestNanos = nanoTime.getAsLong();
    latest =
        Future.join(running).map(done -> summarise(running.stream().map(Future::result).toList()));
    return latest;
  }

  private static Future<Check> run(HealthCheck check) {
    Future<Check> answer;
    try {
      answer = check.check();
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    return answer
        .timeout(CHECK_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(e -> new Check("check", HealthReport.DOWN, reason(e), null));
  }

  private synchronized HealthReport summarise(List<Check> all) {
    List<Check> results = worstByName(all);
    String worst = HealthReport.UP;
    for (Check result : results) {
      if (rank(result.status()) > rank(worst)) {
        worst = result.status();
      }
    }
    if (!worst.equals(status)) {
      status = worst;
      since = time.instant();
    }
    return new HealthReport(
        service, status, nodeId, BuildInfo.version(), since.toString(), results);
  }

  /** Several instances of a verticle may look at the same thing: the worst of what they saw. */
  private static List<Check> worstByName(List<Check> all) {
    Map<String, Check> worst = new LinkedHashMap<>();
    for (Check check : all) {
      worst.merge(
          check.name(),
          check,
          (before, now) -> rank(now.status()) > rank(before.status()) ? now : before);
    }
    return List.copyOf(worst.values());
  }

  private static int rank(String status) {
    return switch (status) {
      case HealthReport.UP -> 0;
      case HealthReport.DEGRADED -> 1;
      default -> 2;
    };
  }

  static String reason(Throwable failure) {
    return switch (failure) {
      case TimeoutException late -> "no answer within 2 s";
      case WeftException own -> own.error().message();
      default -> String.valueOf(failure.getMessage());
    };
  }
}
