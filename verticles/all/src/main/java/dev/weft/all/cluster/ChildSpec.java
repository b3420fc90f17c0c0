package dev.weft.all.cluster;

import java.util.List;
import java.util.Map;

/**
 * A process to keep running.
 *
 * @param name what people call it
 * @param command program and arguments; no secret among them, since any user can list them
 * @param environment added to this process's own
 */
public record ChildSpec(String name, List<String> command, Map<String, String> environment) {
  public ChildSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  @Override
  public String toString() {
    return "ChildSpec[" + name + "]";
  }
}
