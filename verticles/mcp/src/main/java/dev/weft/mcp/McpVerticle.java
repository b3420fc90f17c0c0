package dev.weft.mcp;

import static dev.weft.mesh.UnaryHandler.blocking;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.mcp.McpApi;
import dev.weft.contracts.rag.RagApi;
import dev.weft.mcp.session.Sessions;
import dev.weft.mcp.tools.RagCollectionsTool;
import dev.weft.mcp.tools.RagSearchTool;
import dev.weft.node.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/** Serves mcp's endpoint, on virtual threads. */
final class McpVerticle extends VerticleBase {
  private static final Duration CLEANING = Duration.ofMinutes(1);

  private final NodeContext node;
  private final Sessions sessions;

  /**
   * @param sessions those of the node
   */
  McpVerticle(NodeContext node, Sessions sessions) {
    this.node = node;
    this.sessions = sessions;
  }

  @Override
  public Future<?> start() {
    HttpExchange exchange =
        new HttpExchange(
            new McpMethods(
                node.version(),
                List.of(new RagSearchTool(node.mesh()), new RagCollectionsTool(node.mesh()))),
            sessions);
    vertx.setPeriodic(CLEANING.toMillis(), timer -> sessions.endIdle());
    node.addHealthCheck(() -> Future.succeededFuture(checkRag()));
    return node.mesh().serve(McpApi.EXCHANGE, blocking(exchange::answer));
  }

  private HealthReport.Check checkRag() {
    return node.mesh().directory().serving(RagApi.SERVICE.name()).isEmpty()
        ? new HealthReport.Check(
            "rag", HealthReport.DEGRADED, "rag_search has nobody to ask", "start the rag service")
        : new HealthReport.Check("rag", HealthReport.UP, null, null);
  }
}
