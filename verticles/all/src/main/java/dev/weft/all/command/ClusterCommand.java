package dev.weft.all.command;

import dev.weft.all.cluster.ClusterDatabase;
import dev.weft.all.cluster.ClusterOutput;
import dev.weft.all.cluster.ClusterPlan;
import dev.weft.all.cluster.Supervisor;
import dev.weft.all.dev.RequestLines;
import dev.weft.all.dev.Urls;
import dev.weft.all.terminal.Terminal;
import dev.weft.gateway.GatewayKeys;
import dev.weft.node.BuildInfo;
import dev.weft.node.ExitCode;
import dev.weft.node.OwnerOnly;
import dev.weft.node.Shutdown;
import dev.weft.node.StartFailure;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft cluster}: five processes on this machine under one supervisor. */
@Command(name = "cluster", mixinStandardHelpOptions = true)
final class ClusterCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOptions options = new RunOptions();

  ClusterCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    OwnerOnly.inThisProcess();
    LoadedConfig config = options.load();
    if (!options.json()) {
      terminal.info("dev.starting", BuildInfo.version());
    }
    RequestLines.configureLog(config, terminal);
    Path data = Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize();
    OwnerOnly.directory(data);
    String url = Urls.gateway(config, config.get(GatewayKeys.PORT));
    CountDownLatch stopped = new CountDownLatch(1);
    try (ClusterDatabase database = ClusterDatabase.open(config, data, url)) {
      ClusterPlan plan =
          ClusterPlan.of(options.anyPort(), arguments(), environment(config, data, database));
      issueCertificates(config, data, plan.names());
      Supervisor supervisor =
          new Supervisor(
              plan.children(), new ClusterOutput(terminal, plan.names()), database::processEnded);
      Shutdown.register("weft cluster", () -> stop(supervisor, stopped));
      new ClusterScreen(terminal, config, url, plan, options.json()).showWhenReady(supervisor);
      return supervisor.run();
    } finally {
      stopped.countDown();
    }
  }

  /** The children get theirs by name and need no authority; none where the settings name theirs. */
  private static void issueCertificates(LoadedConfig config, Path data, List<String> services)
      throws IOException {
    TlsAuthority authority = TlsAuthority.ofData(data);
    // Certificates without an authority were copied here, and are not replaced.
    boolean copied = !authority.exists() && !NodeCertificate.all(config, data).isEmpty();
    if (copied || !config.get(NodeKeys.CLUSTER_TLS_DIRECTORY).isEmpty()) {
      return;
    }
    try {
      for (String service : services) {
        authority.ensure(
            NodeCertificate.of(config, data, service),
            List.of(service),
            List.of(config.get(NodeKeys.CLUSTER_HOST)));
      }
    } catch (GeneralSecurityException e) {
      throw new StartFailure(
          ExitCode.FAILED,
          "The cluster's authority in " + authority.directory() + " cannot be used: " + e,
          e);
    }
  }

  /** Holds the end of the process up until everything has stopped. */
  private void stop(Supervisor supervisor, CountDownLatch stopped) {
    if (stopped.getCount() > 0 && !options.json()) {
      terminal.info("dev.stopping");
    }
    supervisor.stop();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      terminal.error(e.toString());
    }
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    Path file = options.file();
    if (file != null) {
      arguments.addAll(List.of("--config", file.toString()));
    }
    return arguments;
  }

  private static Map<String, String> environment(
      LoadedConfig config, Path data, ClusterDatabase database) {
    Map<String, String> variables = new HashMap<>(database.environment());
    variables.put("WEFT_LEASH", "stdin");
    variables.put(NodeKeys.DATA.environmentVariable(), data.toString());
    variables.put(
        GatewayKeys.PORT.environmentVariable(), String.valueOf(config.get(GatewayKeys.PORT)));
    for (var drain : List.of(NodeKeys.DRAIN_TIMEOUT, GatewayKeys.DRAIN_TIMEOUT)) {
      variables.put(drain.environmentVariable(), config.get(drain).toMillis() + "ms");
    }
    return variables;
  }
}
