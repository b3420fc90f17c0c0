package dev.weft.contracts.mcp;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.http.HttpRoute.Body;
import dev.weft.contracts.http.HttpRoute.Method;
import dev.weft.contracts.http.RelayedReply;
import dev.weft.contracts.http.RelayedRequest;
import java.util.List;

/** What mcp can be asked: one HTTP exchange of the Model Context Protocol, as the door got it. */
public final class McpApi {

  public static final UnaryEndpoint<RelayedRequest, RelayedReply> EXCHANGE =
      Endpoint.unary("mcp.http.exchange", RelayedRequest.class, RelayedReply.class)
          .withScope(Scopes.MCP_CALL);

  private static final String PATH = "/mcp";
  private static final String OPERATION = "/dev/weft/contracts/mcp/exchange.json";
  private static final Binding RELAY =
      new Binding.Relay(
          EXCHANGE, List.of("accept", "content-type", "origin", "last-event-id", "mcp-*"));

  /** The mcp service. */
  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("mcp", 8003, 5703, "/sse/health")
          .titled("MCP", "Tools over the Model Context Protocol.")
          .needing("rag")
          .answering(
              HttpRoute.of("mcpPost", Method.POST, PATH, RELAY, Body.REQUEST)
                  .says("Send a JSON-RPC message", "The JSON-RPC response.")
                  .describedAs(
                      "Streamable HTTP of the Model Context Protocol. A page of a foreign origin is"
                          + " refused.")
                  .withOperation(OPERATION),
              HttpRoute.of("mcpGet", Method.GET, PATH, RELAY, Body.NONE)
                  .says("Open the server's stream", "The stream.")
                  .withOperation(OPERATION),
              HttpRoute.of("mcpDelete", Method.DELETE, PATH, RELAY, Body.NONE)
                  .says("End a session", "Ended.")
                  .withOperation(OPERATION));

  private McpApi() {}
}
