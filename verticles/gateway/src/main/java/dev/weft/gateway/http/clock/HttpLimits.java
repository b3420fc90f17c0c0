package dev.weft.gateway.http.clock;

import dev.weft.gateway.GatewayKeys;
import dev.weft.node.config.Config;
import java.time.Duration;

/**
 * What a client may take of the gateway: sizes, counts and times.
 *
 * @param maxBodyBytes largest body
 * @param maxFieldsBytes largest body that is read as fields or arguments
 * @param maxDocumentBytes largest body that carries a document
 * @param maxHeaderBytes largest sum of headers
 * @param maxConnections connections at once, in the process
 * @param maxRequests requests at once, in the process
 * @param headerTimeout from a connection's opening to its first request
 * @param bodyTimeout from a request's headers to the end of its body
 * @param keepAliveTimeout between requests
 * @param requestTimeout a completion, or the first event of a streamed one
 * @param callTimeout any other call to a service
 * @param streamPing silence on a stream before a comment is sent
 * @param writeStallTimeout a client that reads nothing while there is something to read
 * @param bufferTimeout a body that waits for room in the process's memory
 */
public record HttpLimits(
    int maxBodyBytes,
    int maxFieldsBytes,
    int maxDocumentBytes,
    int maxHeaderBytes,
    int maxConnections,
    int maxRequests,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration keepAliveTimeout,
    Duration requestTimeout,
    Duration callTimeout,
    Duration streamPing,
    Duration writeStallTimeout,
    Duration bufferTimeout) {

  /** Longest request line of HTTP/1.1, and longest path with query of HTTP/2. */
  public static final int MAX_LINE_BYTES = 8_192;

  /** Requests side by side on one HTTP/2 connection. */
  public static final int MAX_STREAMS = 100;

  /** Streams that a client may reset in {@link #RESET_WINDOW_SECONDS} before it is cut off. */
  public static final int MAX_RESETS = 200;

  public static final int RESET_WINDOW_SECONDS = 30;

  private static final long LONGEST_TICK_MILLIS = 500;
  private static final long SHORTEST_TICK_MILLIS = 20;

  /** The limits that the configuration sets. */
  public static HttpLimits of(Config config) {
    return new HttpLimits(
        config.get(GatewayKeys.MAX_BODY_BYTES),
        config.get(GatewayKeys.MAX_FIELDS_BYTES),
        config.get(GatewayKeys.MAX_DOCUMENT_BYTES),
        config.get(GatewayKeys.MAX_HEADER_BYTES),
        config.get(GatewayKeys.MAX_CONNECTIONS),
        config.get(GatewayKeys.MAX_REQUESTS),
        config.get(GatewayKeys.HEADER_TIMEOUT),
        config.get(GatewayKeys.BODY_TIMEOUT),
        config.get(GatewayKeys.KEEP_ALIVE_TIMEOUT),
        config.get(GatewayKeys.REQUEST_TIMEOUT),
        config.get(GatewayKeys.CALL_TIMEOUT),
        config.get(GatewayKeys.STREAM_PING),
        config.get(GatewayKeys.WRITE_STALL_TIMEOUT),
        config.get(GatewayKeys.BUFFER_TIMEOUT));
  }

  /** How often connections are looked at: often enough for the shortest of the times above. */
  public long tickMillis() {
    long shortest = LONGEST_TICK_MILLIS;
    for (Duration time :
        new Duration[] {
          headerTimeout, bodyTimeout, keepAliveTimeout, streamPing, writeStallTimeout, bufferTimeout
        }) {
      shortest = Math.min(shortest, time.toMillis() / 4);
    }
    return Math.max(SHORTEST_TICK_MILLIS, shortest);
  }
}
