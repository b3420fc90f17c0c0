package dev.weft.gateway.http.clock;

import dev.weft.mesh.vertx.HttpConnections;
import io.vertx.core.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and the deadlines it lives under. An idle time-out alone would not do: a
 * client that sends a byte now and then would never be idle, so every phase has an absolute end.
 * Event loop of the connection only.
 */
public final class ClientConnection {
  private final HttpConnection connection;
  private final HttpLimits limits;
  private final boolean surplus;
  private @Nullable Ongoing current;
  private long since;
  private boolean served;
  private int unflushed;
  private long unflushedSince;

  ClientConnection(HttpConnection connection, HttpLimits limits, boolean surplus, long now) {
    this.connection = connection;
    this.limits = limits;
    this.surplus = surplus;
    this.since = now;
  }

  /** Whether there are too many connections and this one may not be served. */
  public boolean surplus() {
    return surplus;
  }

  /** An exchange begins on this connection. */
  public void begin(Ongoing exchange) {
    current = exchange;
    served = true;
  }

  /** The exchange's response is written (perhaps not yet sent) and its body is over. */
  public void finished(Ongoing exchange, long now) {
    if (current == exchange) {
      current = null;
      since = now;
    }
  }

  /** The end of an answer is handed to the connection. */
  public void writing(long now) {
    if (unflushed++ == 0) {
      unflushedSince = now;
    }
  }

  /** That end has been sent. */
  public void written(long now) {
    unflushed--;
    unflushedSince = now;
  }

  void closed() {
    Ongoing exchange = current;
    current = null;
    if (exchange != null) {
      exchange.clientGone();
    }
  }

  /** Looks at the deadlines. */
  void tick(long now) {
    if (unflushed > 0 && now - unflushedSince > limits.writeStallTimeout().toNanos()) {
      cut();
    } else if (current != null) {
      current.tick(now);
    } else if (unflushed == 0) {
      long allowed = (served ? limits.keepAliveTimeout() : limits.headerTimeout()).toNanos();
      if (now - since > allowed) {
        cut();
      }
    }
  }

  void stopping() {
    if (current != null) {
      current.stopping();
    }
  }

  /** Closes when what was written has been sent. */
  public void close() {
    connection.close();
  }

  /** Closes at once, whatever is still to be sent. */
  public void cut() {
    HttpConnections.cut(connection);
  }
}
