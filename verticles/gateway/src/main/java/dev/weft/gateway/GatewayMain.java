package dev.weft.gateway;

import dev.weft.node.NodeMain;
import java.util.List;

/** Runs the gateway as a process of its own. */
public final class GatewayMain {
  private GatewayMain() {}

  public static void main(String[] args) {
    NodeMain.run("gateway", List.of(new GatewayService()), args);
  }
}
