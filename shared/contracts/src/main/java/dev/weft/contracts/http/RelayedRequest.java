package dev.weft.contracts.http;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * An HTTP request that the gateway passes on for a service to answer as it sees fit.
 *
 * @param method HTTP method
 * @param headers those that the route names, lower-case names
 * @param body the body as text; empty when there was none
 */
public record RelayedRequest(String method, Map<String, String> headers, String body) {
  public RelayedRequest {
    // Not Map.copyOf: it looks at every other name when a client sends names of one hash.
    headers = Collections.unmodifiableMap(new HashMap<>(headers));
  }
}
