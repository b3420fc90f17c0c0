package dev.weft.all.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes all checks at the same time, each within its time. */
final class Doctor {
  private final List<Check> checks;

  Doctor(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** All there are. */
  static Doctor withAllChecks() {
    return new Doctor(
        List.of(
            new ConfigurationCheck(),
            new JavaCheck(),
            new PortsCheck(),
            new FilesCheck(),
            new DiskCheck(),
            new CertificatesCheck(),
            new PostgresCheck(),
            new ClockCheck(),
            new MigrationsCheck(),
            new ObjectsCheck(),
            new GatewayCheck(),
            new ServicesCheck(),
            new ClusterCheck(),
            new BindingsCheck(),
            new IndexCheck(),
            new ProvidersCheck()));
  }

  /**
   * What a check came to.
   *
   * @param notChecked why it was not made; null when it was
   */
  record Examined(String check, List<Finding> findings, @Nullable NotChecked notChecked) {
    Examined {
      findings = List.copyOf(findings);
    }
  }

  /** Makes them. What is late is left behind on its daemon thread. Blocks. */
  List<Examined> examine(Site site) {
    Duration limit = site.limits().all();
    long end = System.nanoTime() + limit.toNanos();
    List<FutureTask<List<Finding>>> running = new ArrayList<>();
    for (Check check : checks) {
      FutureTask<List<Finding>> task = new FutureTask<>(() -> check.look(site));
      Thread.ofPlatform().daemon().name("doctor " + check.name()).start(task);
      running.add(task);
    }
    List<Examined> examined = new ArrayList<>();
    for (int i = 0; i < checks.size(); i++) {
      examined.add(result(checks.get(i).name(), running.get(i), end, limit));
    }
    return examined;
  }

  private Examined result(String check, FutureTask<List<Finding>> task, long end, Duration limit) {
    try {
      long left = Math.max(0, end - System.nanoTime());
      return new Examined(check, task.get(left, TimeUnit.NANOSECONDS), null);
    } catch (TimeoutException late) {
      return new Examined(check, List.of(), new NotChecked("late", limit.toMillis()));
    } catch (ExecutionException e) {
      NotChecked why =
          e.getCause() instanceof NotChecked known
              ? known
              : new NotChecked("failed", String.valueOf(e.getCause()));
      return new Examined(check, List.of(), why);
    } catch (InterruptedException e) {
      return new Examined(check, List.of(), new NotChecked("failed", e.toString()));
    }
  }
}
