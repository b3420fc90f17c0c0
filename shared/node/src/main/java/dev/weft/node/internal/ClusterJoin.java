package dev.weft.node.internal;

import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.PortTakenException;
import dev.weft.node.ExitCode;
import dev.weft.node.NodeOptions;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.TlsAuthority;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Takes a node into its cluster. Blocks. */
final class ClusterJoin {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final NodeOptions options;
  private final Config config;
  private final DataDirectory data;

  ClusterJoin(NodeOptions options, DataDirectory data) {
    this.options = options;
    this.config = options.config();
    this.data = data;
  }

  /**
   * Joins.
   *
   * @throws StartFailure saying what keeps it from joining
   */
  ClusteredMesh join(MeshOptions meshOptions) {
    ClusterOptions cluster =
        new ClusterOptions(
            config.get(NodeKeys.CLUSTER_HOST),
            port(),
            config.get(NodeKeys.CLUSTER_BUS_PORT),
            config.get(NodeKeys.CLUSTER_MEMBERS),
            config.get(NodeKeys.CLUSTER_NAME),
            tls());
    AsyncResult<ClusteredMesh> joined =
        Meshes.clustered(
                VertxFactory.options(),
                UnaryOperator.identity(),
                meshOptions,
                cluster,
                options.identities())
            .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
            .transform(Future::succeededFuture)
            .await();
    if (joined.succeeded()) {
      return joined.result();
    }
    if (joined.cause() instanceof PortTakenException taken) {
      throw new StartFailure(
          ExitCode.CONFLICT,
          taken.getMessage()
              + " Stop that one, or choose another port with --set cluster.port=PORT and name it in"
              + " cluster.members of all processes.",
          taken);
    }
    if (joined.cause() instanceof CertificateException refused) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "The certificate of this process cannot be used: "
              + refused.getMessage()
              + ". Run `scripts/weft init` where ca.key lies, and copy ca.crt, node.crt and"
              + " node.key to where cluster.tlsDirectory of this process says.",
          refused);
    }
    throw new StartFailure(
        ExitCode.FAILED,
        "The cluster " + cluster.clusterName() + " could not be joined: " + joined.cause(),
        joined.cause());
  }

  private int port() {
    int configured = config.get(NodeKeys.CLUSTER_PORT);
    if (configured >= 0) {
      return configured;
    }
    if (options.services().size() != 1) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "The process " + options.name() + " has no usual cluster port: set cluster.port.");
    }
    return options.services().getFirst().descriptor().clusterPort();
  }

  private ClusterOptions.Tls tls() {
    String host = config.get(NodeKeys.CLUSTER_HOST);
    TlsAuthority authority = TlsAuthority.of(config, data::writable);
    Path directory = authority.directory();
    if (!authority.exists() && !isLoopback(host)) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "There are no certificates for the bus in "
              + directory
              + ", and cluster.host is "
              + host
              + ": a cluster of several machines shares one authority. Run `scripts/weft init` on"
              + " one machine and copy the directory to the others.");
    }
    try {
      return authority.ensure(List.of(host));
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(directory, e);
    }
  }

  /** When the certificate that this process joined with ends. */
  Instant certificateEnds() {
    TlsAuthority authority = TlsAuthority.of(config, data::writable);
    try {
      return authority.ends();
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(authority.directory(), e);
    }
  }

  private static StartFailure unusable(Path directory, Exception e) {
    return new StartFailure(
        ExitCode.FAILED,
        "The certificates for the bus in " + directory + " cannot be used: " + e.getMessage(),
        e);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID, "cluster.host is " + host + ", but there is no such host.", e);
    }
  }
}
