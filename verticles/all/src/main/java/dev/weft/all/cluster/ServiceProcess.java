package dev.weft.all.cluster;

import dev.weft.node.ExitCode;
import dev.weft.node.NodeMain;
import dev.weft.node.Service;
import java.util.List;
import java.util.Optional;

/**
 * One service in a process of its own, from the jar that holds all of them: what {@code weft
 * cluster} starts. The processes share one class path, so that one start-up cache serves them all
 * and the operating system keeps its pages once.
 */
public final class ServiceProcess {
  /** First word of the command line; for the supervisor alone, so no help tells of it. */
  public static final String COMMAND = "service";

  /**
   * Runs the service until it is told to stop.
   *
   * @param arguments the service's name and then what {@link NodeMain} takes
   */
  public static void run(List<String> arguments) {
    Optional<Service> service =
        Service.onClassPath().stream()
            .filter(candidate -> candidate.name().equals(arguments.getFirst()))
            .findFirst();
    if (service.isEmpty()) {
      System.err.println("weft: Unknown service '" + arguments.getFirst() + "'");
      System.exit(ExitCode.USAGE.number());
    }
    NodeMain.run(service.orElseThrow(), arguments.stream().skip(1).toArray(String[]::new));
  }

  private ServiceProcess() {}
}
