package dev.weft.mesh.internal;

import com.hazelcast.core.HazelcastException;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.PortTakenException;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.vertx.BusConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import java.net.BindException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a node into a cluster. */
public final class ClusterStart {
  private static final Logger log = LoggerFactory.getLogger(ClusterStart.class);
  private static final long LOOK_MILLIS = 50;
  private static final long MAX_SETTLE_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** See {@code Meshes.clustered}. */
  public static Future<ClusteredMesh> join(
      VertxOptions vertxOptions,
      UnaryOperator<VertxBuilder> builder,
      MeshOptions options,
      ClusterOptions cluster,
      IdentityVerifier.Factory identities) {
    ClusterMembers members = new ClusterMembers(cluster, options.nodeName());
    VertxOptions withBus =
        new VertxOptions(vertxOptions).setEventBusOptions(ClusterConfig.bus(cluster));
    return builder
        .apply(Vertx.builder().with(withBus))
        .withClusterManager(members)
        .buildClustered()
        .recover(failure -> Future.failedFuture(explain(failure, cluster)))
        .compose(vertx -> start(vertx, options, members, cluster, identities));
  }

  private static Future<ClusteredMesh> start(
      Vertx vertx,
      MeshOptions options,
      ClusterMembers members,
      ClusterOptions cluster,
      IdentityVerifier.Factory identities) {
    // Nothing has been sent over the bus yet.
    return judgeServers(vertx, members.known(), cluster)
        .compose(
            toPeers ->
                settle(vertx, members, System.nanoTime() + MAX_SETTLE_NANOS)
                    .compose(_ -> ClusterMesh.start(vertx, options, members, toPeers, identities)))
        .map((Mesh mesh) -> new ClusteredMesh(vertx, mesh))
        .recover(failure -> vertx.close().transform(_ -> Future.failedFuture(failure)));
  }

  /** Has the bus and what watches over nodes trust no server but the node it is for. */
  private static Future<NetClientOptions> judgeServers(
      Vertx vertx, @Nullable KnownNodes known, ClusterOptions cluster) {
    ClusterOptions.Tls tls = cluster.tls();
    if (tls == null || known == null) {
      return Future.succeededFuture(ClusterConfig.toPeers(null));
    }
    try {
      ClientSSLOptions servers = ClusterConfig.servers(tls, known);
      BusConnections.judgeServers(vertx, servers);
      return Future.succeededFuture(ClusterConfig.toPeers(servers));
    } catch (GeneralSecurityException e) {
      return Future.failedFuture(e);
    }
  }

  /** Waits until a join has moved all the data it moves: until then lookups may stall. */
  private static Future<Void> settle(Vertx vertx, ClusterMembers members, long deadline) {
    return vertx
        .executeBlocking(members::isSettled, false)
        .compose(
            settled -> {
              if (settled) {
                return Future.succeededFuture();
              }
              if (System.nanoTime() - deadline >= 0) {
                log.warn("the cluster is still moving data; going on without waiting for it");
                return Future.succeededFuture();
              }
              return vertx.timer(LOOK_MILLIS).compose(_ -> settle(vertx, members, deadline));
            });
  }

  private static Throwable explain(Throwable failure, ClusterOptions cluster) {
    String message = String.valueOf(failure.getMessage());
    boolean membership =
        failure instanceof HazelcastException && message.contains("already in use");
    if (membership) {
      return new PortTakenException(cluster.host(), cluster.port(), "cluster membership", failure);
    }
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof BindException) {
        return new PortTakenException(cluster.host(), cluster.busPort(), "event bus", failure);
      }
    }
    return failure;
  }

  private ClusterStart() {}
}
