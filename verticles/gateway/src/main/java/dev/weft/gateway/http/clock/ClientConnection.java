package dev.weft.gateway.http.clock;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.vertx.HttpConnections;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and the deadlines it lives under. An idle time-out alone would not do: a
 * client that sends a byte now and then would never be idle, so every phase has an absolute end.
 *
 * <p>Over HTTP/1.1 what is under way is one exchange after another, and a client that does not read
 * holds them all; over HTTP/2 exchanges are streams side by side, and each looks after its own end.
 * Event loop of the connection only.
 */
public final class ClientConnection {
  private static final long FAREWELL_SECONDS = 1;

  private final Channel channel;
  private final HttpLimits limits;
  private final boolean surplus;
  private final List<Ongoing> current = new ArrayList<>(1);
  private @Nullable HttpConnection connection;
  private @Nullable WeftError broken;
  private long since;
  private boolean served;
  private boolean streams;
  private boolean leaving;
  private boolean ending;
  private int unflushed;
  private long unflushedSince;

  ClientConnection(Channel channel, HttpLimits limits, boolean surplus, long now) {
    this.channel = channel;
    this.limits = limits;
    this.surplus = surplus;
    this.since = now;
  }

  void speaks(HttpConnection http) {
    connection = http;
  }

  /** Whether there are too many connections and this one may not be served. */
  public boolean surplus() {
    return surplus;
  }

  /** Nothing more is read: the body of the request that is being read broke off in a fault. */
  void broken(WeftError fault, long now) {
    broken = fault;
    tick(now);
  }

  /** The answer under way is the last one: what came after its request is not looked at. */
  public void ends() {
    ending = true;
  }

  boolean ending() {
    return ending;
  }

  /** What the connection broke off with; null when it is in order. */
  public @Nullable WeftError broken() {
    return broken;
  }

  /**
   * An exchange begins on this connection.
   *
   * @param stream whether it is one of several side by side
   */
  public void begin(Ongoing exchange, boolean stream) {
    current.add(exchange);
    served = true;
    streams = stream;
  }

  /** The exchange's response is written (perhaps not yet sent) and its body is over. */
  public void finished(Ongoing exchange, long now) {
    if (current.remove(exchange) && current.isEmpty()) {
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

  /** What it speaks HTTP by; empty before the first request. */
  Optional<HttpConnection> http() {
    return Optional.ofNullable(connection);
  }

  void draining() {
    List.copyOf(current).forEach(Ongoing::draining);
  }

  void closed() {
    List<Ongoing> left = List.copyOf(current);
    current.clear();
    left.forEach(Ongoing::clientGone);
  }

  /** Looks at the deadlines. */
  void tick(long now) {
    if (unflushed > 0 && now - unflushedSince > limits.writeStallTimeout().toNanos()) {
      cut();
    } else if (!current.isEmpty()) {
      // A copy: what ends is no longer current.
      List.copyOf(current).forEach(exchange -> exchange.tick(now));
    } else if (unflushed == 0) {
      long allowed = (served ? limits.keepAliveTimeout() : limits.headerTimeout()).toNanos();
      if (now - since > allowed) {
        leave();
      }
    }
  }

  void closeIfSilent() {
    if (connection == null) {
      channel.close();
    }
  }

  void endAll(WeftException why) {
    List.copyOf(current).forEach(exchange -> exchange.endEarly(why));
  }

  /** Closes when what was written has been sent. */
  public void close() {
    if (connection != null) {
      connection.shutdown(streams ? FAREWELL_SECONDS : 0, TimeUnit.SECONDS);
    } else {
      channel.close();
    }
  }

  /** Closes at once. */
  public void cut() {
    if (connection != null) {
      HttpConnections.cut(connection);
    } else {
      channel.close();
    }
  }

  /** Over HTTP/2 the client is told first, so that it does not send a request in vain. */
  private void leave() {
    if (streams && connection != null && !leaving) {
      leaving = true;
      connection.goAway(0);
    } else {
      cut();
    }
  }
}
