package dev.weft.mesh.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP servers that Vert.x has the parts for, but no options.
 *
 * <p>A server of Vert.x that takes HTTP/2 in clear text also lets an HTTP/1.1 request upgrade to
 * it, and tells of an HTTP/1.1 connection only when its first request is there: until then nothing
 * counts it or limits its time.
 */
public final class HttpServers {

  /**
   * Listens in clear text for HTTP/1.1, and for HTTP/2 of clients that begin with its preface
   * (prior knowledge, RFC 9113 section 3.3). {@code Upgrade: h2c} is ignored. To be called on the
   * event loop that is to serve.
   *
   * @param handlers sets the server's handlers; called twice, once for each protocol
   * @param accepted told of each connection before a byte is read of it, on its event loop
   */
  public static Future<HttpServer> listenClearText(
      Vertx vertx,
      HttpServerOptions options,
      Consumer<HttpServer> handlers,
      Consumer<Channel> accepted) {
    VertxInternal internal = (VertxInternal) vertx;
    Unbound unbound = new Unbound(internal, options);
    HttpServer http2 =
        new HttpServerImpl(
            new Servers(internal, unbound),
            new HttpServerOptions(options).setHttp2ClearTextEnabled(true));
    handlers.accept(http2);
    HttpServerOptions plain = new HttpServerOptions(options).setHttp2ClearTextEnabled(false);
    HttpServer http1 =
        new HttpServerImpl(
            new Servers(internal, new Telling(internal, plain, accepted, unbound)), plain);
    handlers.accept(http1);
    return http2.listen().compose(ready -> http1.listen());
  }

  /** The channel of an HTTP connection. */
  public static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channelHandlerContext().channel();
  }

  /** Gives out one server for TCP connections that was made before. */
  private static final class Servers extends VertxWrapper {
    private final NetServerInternal server;

    Servers(VertxInternal vertx, NetServerInternal server) {
      super(vertx);
      this.server = server;
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
      return server;
    }
  }

  /** Never binds: it is there for the handler that an HTTP server gives it. */
  private static final class Unbound extends NetServerImpl {
    Unbound(VertxInternal vertx, NetServerOptions options) {
      super(vertx, options);
    }

    @Override
    public Future<NetServer> listen(ContextInternal context, SocketAddress address) {
      return context.succeededFuture(this);
    }
  }

  /**
   * Tells of connections, and waits for the first bytes of each to see which protocol it speaks.
   */
  private static final class Telling extends NetServerImpl {
    private final Consumer<Channel> accepted;
    private final NetServerInternal http2;

    Telling(
        VertxInternal vertx,
        NetServerOptions options,
        Consumer<Channel> accepted,
        NetServerInternal http2) {
      super(vertx, options);
      this.accepted = accepted;
      this.http2 = http2;
    }

    @Override
    public NetServerInternal connectHandler(@Nullable Handler<NetSocket> http1) {
      Handler<NetSocket> handler = Objects.requireNonNull(http1);
      return super.connectHandler(socket -> accept(socket, handler));
    }

    private void accept(NetSocket socket, Handler<NetSocket> http1) {
      Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
      accepted.accept(channel);
      channel
          .pipeline()
          .addFirst(
              new Http1xOrH2CHandler() {
                @Override
                protected void configure(ChannelHandlerContext context, boolean preface) {
                  (preface ? Objects.requireNonNull(http2.connectHandler()) : http1).handle(socket);
                }
              });
    }
  }

  private HttpServers() {}
}
