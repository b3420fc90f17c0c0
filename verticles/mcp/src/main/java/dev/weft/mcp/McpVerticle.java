package dev.weft.mcp;

import static dev.weft.mesh.UnaryHandler.blocking;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.mcp.McpApi;
import dev.weft.mcp.session.Sessions;
import dev.weft.mcp.tools.RagSearchTool;
import dev.weft.node.NodeContext;
import dev.weft.node.config.McpKeys;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Serves mcp's endpoint. One instance, on virtual threads: it owns the node's sessions. */
final class McpVerticle extends VerticleBase {
  private static final Duration CLEANING = Duration.ofMinutes(1);

  private final NodeContext node;

  McpVerticle(NodeContext node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    Sessions sessions =
        new Sessions(
            node.config().get(McpKeys.SESSION_IDLE),
            node.config().get(McpKeys.SESSIONS_PER_TENANT),
            InstantSource.system());
    HttpExchange exchange =
        new HttpExchange(
            new McpMethods(node.version(), List.of(new RagSearchTool(node.mesh()))), sessions);
    vertx.setPeriodic(CLEANING.toMillis(), timer -> sessions.endIdle());
    node.addHealthCheck(() -> Future.succeededFuture(checkRag()));
    return node.mesh().serve(McpApi.EXCHANGE, blocking(exchange::answer));
  }

  private HealthReport.Check checkRag() {
    return node.mesh().directory().serving("rag").isEmpty()
        ? new HealthReport.Check(
            "rag", HealthReport.DEGRADED, "rag_search has nobody to ask", "start the rag service")
        : new HealthReport.Check("rag", HealthReport.UP, null, null);
  }
}
