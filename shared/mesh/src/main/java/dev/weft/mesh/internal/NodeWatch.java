package dev.weft.mesh.internal;

import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the bus port of each other node over which nothing is sent: the operating system
 * closes it when the process at its other end is gone, however that ended. Thread-safe.
 */
final class NodeWatch {
  private final NetClient client;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();

  NodeWatch(NetClient client) {
    this.client = client;
  }

  private static final class Watched {
    private @Nullable NetSocket socket;
    private boolean ended;

    synchronized void connected(NetSocket newSocket) {
      socket = newSocket;
      if (ended) {
        newSocket.close();
      }
    }

    synchronized void end() {
      ended = true;
      if (socket != null) {
        socket.close();
      }
    }

    synchronized boolean isEnded() {
      return ended;
    }
  }

  /**
   * Watches over the node unless that is done already.
   *
   * @param broken called when the connection breaks, or cannot be made, and {@link #end} was not
   *     called before; then the node is watched no longer
   */
  void over(String clusterId, SocketAddress where, Runnable broken) {
    Watched mine = new Watched();
    if (watched.putIfAbsent(clusterId, mine) != null) {
      return;
    }
    Runnable whenBroken =
        () -> {
          if (watched.remove(clusterId, mine) && !mine.isEnded()) {
            broken.run();
          }
        };
    client
        .connect(where)
        .onComplete(
            (socket, failure) -> {
              if (failure != null) {
                whenBroken.run();
                return;
              }
              socket.exceptionHandler(_ -> {}); // the close follows
              socket.closeHandler(_ -> whenBroken.run());
              mine.connected(socket);
            });
  }

  /** Watches over the node no longer. */
  void end(String clusterId) {
    Watched mine = watched.remove(clusterId);
    if (mine != null) {
      mine.end();
    }
  }

  /** Watches over nobody any more. */
  void close() {
    watched.keySet().forEach(this::end);
    client.close();
  }
}
