package dev.weft.contracts.mcp;

import java.util.Map;

/**
 * @param status HTTP status
 * @param headers headers to send
 * @param body the body; empty for none
 */
public record McpReply(int status, Map<String, String> headers, String body) {
  public McpReply {
    headers = Map.copyOf(headers);
  }
}
