package dev.weft.all.command;

import dev.weft.all.cluster.ClusterPlan;
import dev.weft.all.cluster.ReadyWatch;
import dev.weft.all.cluster.Supervisor;
import dev.weft.all.dev.FirstScreen;
import dev.weft.all.dev.ModelChoice;
import dev.weft.all.dev.StoragePlace;
import dev.weft.all.terminal.Terminal;
import dev.weft.auth.keys.DevKey;
import dev.weft.node.Profile;
import dev.weft.node.Service;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Shows the first screen, or prints the line for scripts, once all processes serve. */
final class ClusterScreen {
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Terminal terminal;
  private final LoadedConfig config;
  private final String url;
  private final ClusterPlan plan;
  private final boolean json;

  ClusterScreen(
      Terminal terminal, LoadedConfig config, String url, ClusterPlan plan, boolean json) {
    this.terminal = terminal;
    this.config = config;
    this.url = url;
    this.plan = plan;
    this.json = json;
  }

  /** Watches on a thread of its own, which ends with the process. */
  void showWhenReady(Supervisor supervisor) {
    Thread.ofPlatform().daemon().name("ready").start(() -> watch(supervisor));
  }

  private void watch(Supervisor supervisor) {
    ReadyWatch watch = new ReadyWatch(url);
    CountDownLatch never = new CountDownLatch(1);
    long nextWord = System.nanoTime() + PATIENCE.toNanos();
    long start = System.nanoTime();
    List<String> missing = watch.missing();
    while (!missing.isEmpty()) {
      if (System.nanoTime() - nextWord >= 0) {
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        terminal.info("cluster.notReady", seconds, String.join(", ", missing));
        nextWord += PATIENCE.toNanos();
      }
      try {
        if (never.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
      missing = watch.missing();
    }
    show(supervisor);
  }

  private void show(Supervisor supervisor) {
    Path data = Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize();
    Optional<String> key =
        config.get(NodeKeys.PROFILE) == Profile.DEV ? DevKey.read(data) : Optional.empty();
    if (json) {
      terminal.out().println(ReadyLine.of(url, key));
      return;
    }
    StoragePlace storage = new StoragePlace(terminal.messages(), config);
    Set<String> withDatabase =
        Service.onClassPath().stream()
            .filter(service -> service.needs().database())
            .map(Service::name)
            .collect(Collectors.toSet());
    List<FirstScreen.ServiceRow> rows =
        plan.names().stream()
            .map(
                name ->
                    new FirstScreen.ServiceRow(
                        name,
                        terminal.messages().text("dev.pid", supervisor.pid(name)),
                        true,
                        storage.of(name, withDatabase.contains(name))))
            .toList();
    new FirstScreen(url, key.orElse(null), data, rows, ModelChoice.of(config))
        .lines(terminal)
        .forEach(terminal.out()::println);
  }
}
