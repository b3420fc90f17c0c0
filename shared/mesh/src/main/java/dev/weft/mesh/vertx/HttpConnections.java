package dev.weft.mesh.vertx;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What an HTTP connection cannot do by its public interface. */
public final class HttpConnections {

  /**
   * Closes the connection at once, dropping what is queued. {@link HttpConnection#close()} and the
   * channel's own close first send it, which takes for ever when the other side does not read:
   * hence from below the handler that does so, or that has taken its place when the connection
   * became a WebSocket. On the connection's event loop.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      ChannelHandlerContext context = base.channelHandlerContext();
      ChannelHandlerContext now =
          context.isRemoved() ? context.pipeline().context(context.name()) : context;
      if (now != null) {
        var unused = now.close();
      }
    } else {
      connection.close();
    }
  }

  /**
   * Ends one stream of an HTTP/2 connection at once, dropping what is queued, also when its answer
   * was handed over whole: then Vert.x itself takes the stream for ended. On the connection's event
   * loop.
   *
   * @param code an error code of RFC 9113 section 7
   */
  public static void reset(HttpConnection connection, int stream, long code) {
    ChannelPipeline pipeline = HttpServers.channel(connection).pipeline();
    Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
    if (handler != null) {
      ChannelHandlerContext context = pipeline.context(handler);
      var unused = handler.resetStream(context, stream, code, context.newPromise());
      context.flush();
    }
  }

  private HttpConnections() {}
}
