package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class NodeWatchIT {
  private static final String NODE = "n1";

  private Vertx vertx;
  private NodeWatch watch;
  private final Promise<NetSocket> accepted = Promise.promise();
  private final Promise<Void> broken = Promise.promise();

  private SocketAddress listen() {
    return listen(accepted);
  }

  private SocketAddress listen(Promise<NetSocket> connected) {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(connected::tryComplete)
            .listen(0, "127.0.0.1")
            .await();
    return SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1");
  }

  @BeforeEach
  void start(Vertx own) {
    vertx = own;
    watch = new NodeWatch(vertx.createNetClient());
  }

  @Test
  void aNodeWhoseConnectionBreaksIsTold() {
    watch.over(NODE, listen(), broken::tryComplete);
    accepted.future().timeout(20, TimeUnit.SECONDS).await().close();
    broken.future().timeout(20, TimeUnit.SECONDS).await();
  }

  @Test
  void aNodeThatCannotBeReachedIsTold() {
    SocketAddress nobody = SocketAddress.inetSocketAddress(1, "127.0.0.1");
    watch.over(NODE, nobody, broken::tryComplete);
    broken.future().timeout(20, TimeUnit.SECONDS).await();
  }

  @Test
  void oneThatIsWatchedNoLongerIsNotTold() {
    SocketAddress where = listen();
    watch.over(NODE, where, broken::tryComplete);
    NetSocket socket = accepted.future().timeout(20, TimeUnit.SECONDS).await();
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(_ -> closed.complete());
    watch.end(NODE);
    closed.future().timeout(20, TimeUnit.SECONDS).await();
    assertThat(broken.future().isComplete()).isFalse();
  }

  @Test
  void oneThatIsWatchedAlreadyIsNotConnectedToAgain() {
    Promise<NetSocket> again = Promise.promise();
    Promise<NetSocket> other = Promise.promise();
    watch.over(NODE, listen(accepted), broken::tryComplete);
    watch.over(NODE, listen(again), broken::tryComplete);
    watch.over("n2", listen(other), broken::tryComplete);
    accepted.future().timeout(20, TimeUnit.SECONDS).await();
    other.future().timeout(20, TimeUnit.SECONDS).await();
    assertThat(again.future().isComplete()).isFalse();
  }
}
