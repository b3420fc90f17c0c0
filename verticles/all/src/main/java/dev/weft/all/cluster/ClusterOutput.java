package dev.weft.all.cluster;

import dev.weft.all.terminal.Terminal;
import java.time.Duration;
import java.util.List;

/** Shows what the processes of a cluster print and what becomes of them, on standard error. */
public final class ClusterOutput implements Supervisor.Listener {
  private static final int NAME_WIDTH = 8;

  private final Terminal terminal;
  private final List<String> names;

  /**
   * @param names of the processes, each with a colour of its own
   */
  public ClusterOutput(Terminal terminal, List<String> names) {
    this.terminal = terminal;
    this.names = List.copyOf(names);
  }

  @Override
  public void started(String name, long pid) {
    print(name, terminal.dim(terminal.messages().text("cluster.started", name, pid)));
  }

  @Override
  public void died(String name, int exitCode, Duration delay) {
    String seconds = String.valueOf(delay.toMillis() / 1000.0);
    print(name, terminal.yellow(terminal.messages().text("cluster.died", name, exitCode, seconds)));
  }

  @Override
  public void gaveUp(String name, int exitCode) {
    print(name, terminal.red(terminal.messages().text("cluster.gaveUp", name, exitCode)));
  }

  @Override
  public void output(String name, String line) {
    print(name, line);
  }

  private void print(String name, String line) {
    String prefix = name + " ".repeat(Math.max(0, NAME_WIDTH - name.length())) + "│ ";
    terminal.err().println(terminal.hue(names.indexOf(name), prefix) + line);
  }
}
