package dev.weft.mesh.vertx;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What an HTTP connection cannot do by its public interface. */
public final class HttpConnections {

  /**
   * Closes the connection at once, dropping what is queued. {@link HttpConnection#close()} and the
   * channel's own close first send it, which takes for ever when the other side does not read:
   * hence from below the handler that does so. On the connection's event loop.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      var unused = base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  private HttpConnections() {}
}
