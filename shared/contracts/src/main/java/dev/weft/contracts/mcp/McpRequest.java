package dev.weft.contracts.mcp;

import java.util.Map;

/**
 * @param method HTTP method
 * @param headers headers that the protocol gives a meaning (accept, content-type, origin,
 *     last-event-id, mcp-*), lower-case names
 * @param body the body as text; empty when there was none
 */
public record McpRequest(String method, Map<String, String> headers, String body) {
  public McpRequest {
    headers = Map.copyOf(headers);
  }
}
