package dev.weft.gateway.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.NodeReport;
import dev.weft.contracts.health.NodeViews;
import dev.weft.contracts.health.NodeViews.Asked;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Asks every node what it sees of the others. */
public final class NodesAsked {
  private static final Duration ASK_TIMEOUT = Duration.ofMillis(1_500);

  private final Mesh mesh;
  private final HealthBoard board;

  public NodesAsked(Mesh mesh, HealthBoard board) {
    this.mesh = mesh;
    this.board = board;
  }

  /** Answers with all of them. */
  public Route.Handler route() {
    return exchange -> {
      List<Future<Asked>> asked =
          board.nodes().stream().limit(NodeViews.MOST_NODES).map(this::ask).toList();
      Future.join(asked)
          .onSuccess(
              all -> answer(exchange, new NodeViews(asked.stream().map(Future::result).toList())));
    };
  }

  private Future<Asked> ask(NodeReport node) {
    if (node.services().isEmpty()) {
      // A program that joined: it serves nothing that could be asked.
      return Future.succeededFuture(new Asked(node, null, null));
    }
    return mesh.callNode(
            node.node(),
            HealthApi.of(node.services().getFirst()),
            Empty.INSTANCE,
            CallContext.background(ASK_TIMEOUT))
        .map(report -> new Asked(node, report.view(), null))
        .otherwise(
            failure ->
                new Asked(node, null, WeftException.from("gateway", failure).error().code()));
  }

  private static void answer(Exchange exchange, NodeViews views) {
    if (exchange.isOver()) {
      return;
    }
    try {
      exchange.json(200, Json.mapper().writeValueAsBytes(views));
    } catch (JsonProcessingException e) {
      exchange.fail(e);
    }
  }
}
