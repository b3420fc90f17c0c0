package dev.weft.contracts.mcp;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;

/** What mcp can be asked: one HTTP exchange of the Model Context Protocol, as the door got it. */
public final class McpApi {

  public static final UnaryEndpoint<McpRequest, McpReply> EXCHANGE =
      Endpoint.unary("mcp.http.exchange", McpRequest.class, McpReply.class)
          .withScope(Scopes.MCP_CALL);

  private McpApi() {}
}
