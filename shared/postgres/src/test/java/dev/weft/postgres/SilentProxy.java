package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a server, and can let nothing pass without telling anyone. */
final class SilentProxy implements AutoCloseable {
  private final NetServer server;
  private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  SilentProxy(Vertx vertx, DatabaseUrl target) {
    this.server =
        vertx
            .createNetServer()
            .connectHandler(
                from -> {
                  from.pause();
                  vertx
                      .createNetClient()
                      .connect(target.port(), target.host())
                      .onSuccess(to -> join(from, to));
                })
            .listen(0, "127.0.0.1")
            .await();
  }

  DatabaseUrl url(DatabaseUrl target) {
    return DatabaseUrl.of(
        "127.0.0.1", server.actualPort(), target.database(), target.user(), target.password());
  }

  /** From now on nothing passes, on the connections there are and on new ones. */
  void fallSilent() {
    silent = true;
  }

  private void join(NetSocket from, NetSocket to) {
    sockets.addAll(List.of(from, to));
    copy(from, to);
    copy(to, from);
    from.resume();
  }

  private void copy(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          if (!silent) {
            to.write(bytes);
          }
        });
    from.closeHandler(
        any -> {
          if (!silent) {
            to.close();
          }
        });
  }

  @Override
  public void close() {
    Future.join(sockets.stream().map(NetSocket::close).toList()).otherwiseEmpty().await();
    server.close().await();
  }
}
