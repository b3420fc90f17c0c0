package dev.weft.gateway.http.clock;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop. That event loop only. */
public final class Connections {
  private final Map<HttpConnection, ClientConnection> open = new HashMap<>();
  private final HttpLimits limits;
  private final Admission admission;
  private final LongSupplier nanoClock;

  public Connections(HttpLimits limits, Admission admission, LongSupplier nanoClock) {
    this.limits = limits;
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /** A connection was accepted. */
  public void opened(HttpConnection connection) {
    int count = admission.connectionOpened();
    connection.closeHandler(
        nothing -> {
          admission.connectionClosed();
          ClientConnection client = open.remove(connection);
          if (client != null) {
            client.closed();
          }
        });
    // A surplus one is let in to be told so, but not without bound.
    if (count > 2 * limits.maxConnections()) {
      connection.close();
      return;
    }
    boolean surplus = count > limits.maxConnections();
    open.put(connection, new ClientConnection(connection, limits, surplus, nanoClock.getAsLong()));
  }

  /** The connection a request came over; null when it is being closed. */
  public @Nullable ClientConnection of(HttpConnection connection) {
    return open.get(connection);
  }

  /** Looks at the deadlines of all. */
  public void tick() {
    long now = nanoClock.getAsLong();
    // A copy: closing one changes the map.
    new ArrayList<>(open.values()).forEach(client -> client.tick(now));
  }

  /** Ends every exchange that is still running: the gateway stops. */
  public void stopping() {
    new ArrayList<>(open.values()).forEach(ClientConnection::stopping);
  }
}
