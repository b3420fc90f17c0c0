package dev.weft.mcp;

import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import java.util.function.Supplier;

/** The Model Context Protocol: Weft's tools for clients that speak it. */
public final class McpService implements Service {
  private Supplier<Future<Void>> undeploy = Future::succeededFuture;

  @Override
  public String name() {
    return "mcp";
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    return node.vertx()
        .deployVerticle(
            new McpVerticle(node),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .map(
            id -> {
              undeploy = () -> node.vertx().undeploy(id);
              return null;
            });
  }

  @Override
  public Future<Void> stop() {
    return undeploy.get();
  }
}
