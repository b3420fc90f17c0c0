package dev.weft.node.internal;

import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.PortTakenException;
import dev.weft.node.ExitCode;
import dev.weft.node.NodeOptions;
import dev.weft.node.Profile;
import dev.weft.node.Service;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Takes a node into its cluster. Blocks. */
final class ClusterJoin {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final NodeOptions options;
  private final Config config;
  private final DataDirectory data;
  private final NodeCertificate certificate;
  private Instant ends = Instant.MAX;

  ClusterJoin(NodeOptions options, DataDirectory data) {
    this.options = options;
    this.config = options.config();
    this.data = data;
    this.certificate = NodeCertificate.of(config, data.path(), options.name());
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
              + ". "
              + advice(),
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
    try {
      if (mayIssue()) {
        TlsAuthority.ofData(data.writable())
            .ensure(certificate, services(), List.of(config.get(NodeKeys.CLUSTER_HOST)));
      }
      if (!certificate.exists()) {
        throw invalid(
            "There is no certificate of this process in " + certificate.directory() + ".");
      }
      ends = certificate.read().getNotAfter().toInstant();
      Set<String> missing = new TreeSet<>(services());
      missing.removeAll(certificate.services());
      if (!missing.isEmpty()) {
        throw invalid(
            "The certificate in "
                + certificate.directory()
                + " names the services "
                + certificate.services()
                + " and not "
                + String.join(", ", missing)
                + ", which this process runs.");
      }
      return certificate.files();
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure(
          ExitCode.FAILED,
          "The certificate in "
              + certificate.directory()
              + " cannot be used: "
              + e.getMessage()
              + ". "
              + advice(),
          e);
    }
  }

  /** When the certificate that it has joined with ends. */
  Instant certificateEnds() {
    return ends;
  }

  private List<String> services() {
    return options.services().stream().map(Service::name).toList();
  }

  /**
   * Elsewhere the authority's key is no business of a running program. A certificate that is there
   * without an authority was copied, and is not replaced.
   */
  private boolean mayIssue() {
    return config.get(NodeKeys.PROFILE) == Profile.DEV
        && config.get(NodeKeys.CLUSTER_TLS_DIRECTORY).isEmpty()
        && (TlsAuthority.ofData(data.path()).exists()
            || (!certificate.exists() && isLoopback(config.get(NodeKeys.CLUSTER_HOST))));
  }

  private StartFailure invalid(String what) {
    return new StartFailure(ExitCode.CONFIG_INVALID, what + " " + advice());
  }

  private String advice() {
    return "Run `scripts/weft certificate issue "
        + services().getFirst()
        + "` where the cluster's authority is (`scripts/weft init` makes one), and copy the folder"
        + " that it names to where cluster.tlsDirectory of this process says.";
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
