package dev.weft.mcp;

import dev.weft.node.NodeMain;
import java.util.List;

/** The mcp service in a process of its own. */
public final class McpMain {
  public static void main(String[] args) {
    NodeMain.run("mcp", List.of(new McpService()), args);
  }

  private McpMain() {}
}
