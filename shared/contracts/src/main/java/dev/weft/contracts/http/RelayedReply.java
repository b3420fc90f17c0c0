package dev.weft.contracts.http;

import java.util.Map;

/**
 * The answer to a {@link RelayedRequest}.
 *
 * @param status HTTP status
 * @param headers headers to send
 * @param body the body; empty for none
 */
public record RelayedReply(int status, Map<String, String> headers, String body) {
  public RelayedReply {
    headers = Map.copyOf(headers);
  }
}
