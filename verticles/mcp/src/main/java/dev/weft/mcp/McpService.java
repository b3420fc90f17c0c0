package dev.weft.mcp;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.mcp.McpApi;
import dev.weft.mcp.session.Sessions;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigKey;
import java.util.List;

/** The Model Context Protocol: Weft's tools for clients that speak it. */
public final class McpService implements Service {
  @Override
  public ServiceDescriptor descriptor() {
    return McpApi.SERVICE;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return McpKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    // A session is the node's: whichever instance a request meets knows it.
    Sessions sessions =
        new Sessions(
            node.config().get(McpKeys.SESSION_IDLE),
            node.config().get(McpKeys.SESSIONS_PER_TENANT),
            node.time());
    return List.of(Deployment.onVirtualThreads(() -> new McpVerticle(node, sessions)));
  }
}
