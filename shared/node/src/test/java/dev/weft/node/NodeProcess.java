package dev.weft.node;

import dev.weft.node.config.ConfigLoader;
import io.vertx.core.Future;
import java.util.List;

/** A process with one service that keeps nothing: on its own with a database, or in a cluster. */
final class NodeProcess {

  /** How {@link #main} is told to start a node of its own rather than the main program. */
  static final String ALONE = "alone";

  /** A service that only wants its database. */
  private record Idle(String name) implements Service {
    @Override
    public Needs needs() {
      return Needs.DATABASE;
    }

    @Override
    public Future<Void> start(NodeContext node) {
      return Future.succeededFuture();
    }
  }

  public static void main(String[] args) {
    List<Service> services = List.of(new Idle("chat"));
    if (!args[0].equals(ALONE)) {
      NodeMain.run("chat", services, args);
      return;
    }
    ConfigLoader loader = new ConfigLoader().flag("data", args[1], "--data");
    Node.start(new NodeOptions("alone", services, NodeOptions.Mode.LOCAL, loader.load()));
    System.out.println("ready");
  }

  private NodeProcess() {}
}
