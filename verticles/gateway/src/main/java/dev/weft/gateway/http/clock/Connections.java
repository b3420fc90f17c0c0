package dev.weft.gateway.http.clock;

import dev.weft.contracts.WeftException;
import dev.weft.gateway.http.framing.FramingGuard;
import dev.weft.mesh.vertx.HttpServers;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop. That event loop only. */
public final class Connections {
  private final Map<Channel, ClientConnection> accepted = new HashMap<>();
  private final Map<HttpConnection, ClientConnection> open = new HashMap<>();
  private final HttpLimits limits;
  private final Admission admission;
  private final LongSupplier nanoClock;

  public Connections(HttpLimits limits, Admission admission, LongSupplier nanoClock) {
    this.limits = limits;
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /** A connection was accepted; which protocol it speaks is not known yet. */
  public void accepted(Channel channel) {
    int count = admission.connectionOpened();
    channel
        .closeFuture()
        .addListener(
            closed -> {
              admission.connectionClosed();
              ClientConnection client = accepted.remove(channel);
              if (client != null) {
                // Of one that became a WebSocket, Vert.x tells nothing here.
                client.http().ifPresent(open::remove);
                client.closed();
              }
            });
    // A surplus one is let in to be told so, but not without bound.
    if (count > 2 * limits.maxConnections()) {
      channel.close();
      return;
    }
    boolean surplus = count > limits.maxConnections();
    accepted.put(channel, new ClientConnection(channel, limits, surplus, nanoClock.getAsLong()));
  }

  /** A connection can send requests. */
  public void opened(HttpConnection connection) {
    Channel channel = HttpServers.channel(connection);
    if (!accepted.containsKey(channel)) {
      // After a TLS handshake, which has a deadline of its own.
      accepted(channel);
    }
    ClientConnection client = accepted.get(channel);
    if (client == null) {
      return;
    }
    client.speaks(connection);
    FramingGuard.install(channel, fault -> client.broken(fault, nanoClock.getAsLong()));
    open.put(connection, client);
    connection.closeHandler(
        nothing -> {
          open.remove(connection);
          client.closed();
        });
  }

  /** The connection a request came over; null when it is being closed. */
  public @Nullable ClientConnection of(HttpConnection connection) {
    ClientConnection client = open.get(connection);
    return client == null || client.ending() ? null : client;
  }

  /** Looks at the deadlines of all. */
  public void tick() {
    long now = nanoClock.getAsLong();
    // A copy: closing one changes the map.
    new ArrayList<>(accepted.values()).forEach(client -> client.tick(now));
  }

  /** Closes the connections that have not sent a byte yet: no request of theirs is waited for. */
  public void closeSilent() {
    new ArrayList<>(accepted.values()).forEach(ClientConnection::closeIfSilent);
  }

  /** Ends what would go on without end: the gateway is to stop. */
  public void draining() {
    new ArrayList<>(accepted.values()).forEach(ClientConnection::draining);
  }

  /** Ends every exchange that is still running. */
  public void endAll(WeftException why) {
    new ArrayList<>(accepted.values()).forEach(client -> client.endAll(why));
  }
}
