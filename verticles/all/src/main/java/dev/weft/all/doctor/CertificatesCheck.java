package dev.weft.all.doctor;

import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.tls.ServerCertificate;
import dev.weft.gateway.tls.ServerCertificate.UnusableCertificate;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the certificates of the bus and of the gateway hold, and for how long. */
final class CertificatesCheck implements Check {
  /** As long before its end as a node renews its own at a start. */
  private static final Duration SOON = Duration.ofDays(30);

  @Override
  public String name() {
    return "certificates";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, IOException, GeneralSecurityException {
    LoadedConfig config = site.config();
    List<Finding> found = new ArrayList<>();
    String door = config.get(GatewayKeys.TLS_CERTIFICATE);
    if (!door.isBlank()) {
      pair(site, Path.of(door), Path.of(config.get(GatewayKeys.TLS_KEY)), found);
    }
    List<NodeCertificate> nodes = NodeCertificate.all(config, site.data());
    for (NodeCertificate node : nodes) {
      bus(site, config, node, found);
    }
    String host = config.get(NodeKeys.CLUSTER_HOST);
    // The first process of a cluster on one machine makes them.
    if (nodes.isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
      String configured = config.get(NodeKeys.CLUSTER_TLS_DIRECTORY);
      found.add(
          Finding.of(
              Fault.CERTIFICATE_MISSING,
              configured.isEmpty() ? NodeCertificate.under(site.data()) : Path.of(configured)));
    }
    return found;
  }

  private static void bus(
      Site site, LoadedConfig config, NodeCertificate certificate, List<Finding> found)
      throws NotChecked, IOException, GeneralSecurityException {
    for (Path file : certificate.missing()) {
      found.add(Finding.of(Fault.CERTIFICATE_MISSING, file));
    }
    if (!certificate.exists() || !pair(site, certificate.certificate(), certificate.key(), found)) {
      return;
    }
    X509Certificate authority = read(certificate.authority(), found);
    if (authority == null) {
      return;
    }
    life(site, certificate.authority(), authority, found);
    X509Certificate node = read(certificate.certificate(), found);
    if (node == null) {
      return;
    }
    try {
      node.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      found.add(
          Finding.of(Fault.CERTIFICATE_CHAIN, certificate.certificate(), certificate.authority()));
    }
    String host = config.get(NodeKeys.CLUSTER_HOST);
    if (!certificate.hosts().contains(normal(host))) {
      found.add(Finding.of(Fault.CERTIFICATE_HOST, certificate.certificate(), host));
    }
  }

  /** Looks at a certificate and its key; false when they cannot be used at all. */
  private static boolean pair(Site site, Path certificate, Path key, List<Finding> found) {
    try {
      ServerCertificate.read(site.vertx(), certificate, key);
    } catch (UnusableCertificate e) {
      found.add(
          Finding.of(Fault.CERTIFICATE_UNUSABLE, certificate, String.valueOf(e.getMessage())));
      return false;
    }
    X509Certificate first = read(certificate, found);
    if (first != null) {
      life(site, certificate, first, found);
    }
    return first != null;
  }

  private static void life(Site site, Path file, X509Certificate certificate, List<Finding> found) {
    Instant now = site.machine().time().instant();
    Instant end = certificate.getNotAfter().toInstant();
    Instant begin = certificate.getNotBefore().toInstant();
    if (now.isAfter(end)) {
      found.add(Finding.of(Fault.CERTIFICATE_EXPIRED, file, end));
    } else if (now.isBefore(begin)) {
      found.add(Finding.of(Fault.CERTIFICATE_EARLY, file, begin));
    } else if (now.plus(SOON).isAfter(end)) {
      found.add(
          Finding.of(Fault.CERTIFICATE_ENDING, file, end, Duration.between(now, end).toDays()));
    }
  }

  private static @Nullable X509Certificate read(Path file, List<Finding> found) {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | GeneralSecurityException e) {
      found.add(
          Finding.of(Fault.CERTIFICATE_UNUSABLE, file, file + " holds no certificate in PEM"));
      return null;
    }
  }

  /** An address as certificates spell it, a name as it is. */
  private static String normal(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress();
    } catch (IllegalArgumentException e) {
      return host;
    }
  }
}
