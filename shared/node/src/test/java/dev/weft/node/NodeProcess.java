package dev.weft.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.node.config.ConfigLoader;
import java.io.ObjectInputFilter;
import java.util.List;

/** A process with one service that keeps nothing: on its own with a database, or in a cluster. */
final class NodeProcess {

  /** How {@link #main} is told to start a node of its own rather than the main program. */
  static final String ALONE = "alone";

  /** A service that only wants its database. */
  private record Idle(ServiceDescriptor descriptor) implements Service {
    @Override
    public Needs needs() {
      System.err.println("read by serialisation: " + ObjectInputFilter.Config.getSerialFilter());
      return Needs.DATABASE;
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      return List.of();
    }
  }

  public static void main(String[] args) {
    List<Service> services = List.of(new Idle(ChatApi.SERVICE));
    if (!args[0].equals(ALONE)) {
      NodeMain.run(services.getFirst(), args);
      return;
    }
    ConfigLoader loader = Settings.loader(services).flag("data", args[1], "--data");
    Node.start(new NodeOptions("alone", services, NodeOptions.Mode.LOCAL, loader.load()));
    System.out.println("ready");
  }

  private NodeProcess() {}
}
