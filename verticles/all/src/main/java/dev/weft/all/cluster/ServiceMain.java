package dev.weft.all.cluster;

import dev.weft.node.NodeMain;
import dev.weft.node.Service;
import java.util.Arrays;

/**
 * One service in a process of its own, from the jar that holds all of them: what {@code weft
 * cluster} starts. The processes share one class path, so that one start-up cache serves them all
 * and the operating system keeps its pages once.
 */
public final class ServiceMain {

  /** Takes the service's name and then what {@link NodeMain} takes. */
  public static void main(String[] args) {
    Service service =
        Service.onClassPath().stream()
            .filter(candidate -> args.length > 0 && candidate.name().equals(args[0]))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("Name a service first"));
    NodeMain.run(service, Arrays.copyOfRange(args, 1, args.length));
  }

  private ServiceMain() {}
}
