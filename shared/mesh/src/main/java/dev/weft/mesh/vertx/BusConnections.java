package dev.weft.mesh.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.impl.clustered.ClusteredEventBus;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import java.lang.invoke.MethodHandles;

/** The connections that a clustered event bus makes to other nodes. */
public final class BusConnections {

  /**
   * From now on servers are judged by those options. The bus's own options are copied through JSON,
   * which has no place for a trust manager.
   *
   * @param vertx a clustered instance
   * @throws IllegalStateException when this version of Vert.x keeps its client elsewhere
   */
  public static void judgeServers(Vertx vertx, ClientSSLOptions options) {
    client(vertx).updateSSLOptions(options);
  }

  static NetClient client(Vertx vertx) {
    try {
      return (NetClient)
          MethodHandles.privateLookupIn(ClusteredEventBus.class, MethodHandles.lookup())
              .findGetter(ClusteredEventBus.class, "client", NetClient.class)
              .invoke((ClusteredEventBus) vertx.eventBus());
    } catch (Throwable e) {
      throw new IllegalStateException("the event bus has no client where it had one", e);
    }
  }

  private BusConnections() {}
}
