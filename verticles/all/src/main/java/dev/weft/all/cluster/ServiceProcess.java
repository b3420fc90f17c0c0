package dev.weft.all.cluster;

import dev.weft.node.NodeMain;
import dev.weft.node.Service;
import java.util.List;

/**
 * One service in a process of its own, from the jar that holds all of them: what {@code weft
 * cluster} starts. The processes share one class path, so that one start-up cache serves them all
 * and the operating system keeps its pages once.
 */
public final class ServiceProcess {
  /** First word of the command line; for the supervisor alone, so no help tells of it. */
  public static final String COMMAND = "service";

  /** Takes the service's name and then what {@link NodeMain} takes; returns when it has ended. */
  public static void run(List<String> arguments) {
    Service service =
        Service.onClassPath().stream()
            .filter(candidate -> arguments.getFirst().equals(candidate.name()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("Unknown service " + arguments));
    NodeMain.run(service, arguments.stream().skip(1).toArray(String[]::new));
  }

  private ServiceProcess() {}
}
