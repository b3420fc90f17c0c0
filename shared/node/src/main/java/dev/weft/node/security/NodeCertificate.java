package dev.weft.node.security;

import dev.weft.mesh.CertificateRoles;
import dev.weft.mesh.ClusterOptions;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The certificate of a node, which names the services that it may run: {@code ca.crt}, {@code
 * node.crt} and {@code node.key} in one directory, which is copied to another machine as a whole.
 * Blocks.
 *
 * @param directory where the three are, or will be
 */
public record NodeCertificate(Path directory) {
  private static final String CERTIFICATE = "node.crt";
  private static final String KEY = "node.key";
  private static final String AUTHORITY = "ca.crt";
  private static final List<String> FILES = List.of(AUTHORITY, CERTIFICATE, KEY);

  /** Where those of the processes lie in a data directory, by name. */
  public static Path under(Path data) {
    return data.resolve("tls");
  }

  /**
   * That of a process: where its settings say, there or in the directory of its name; else in the
   * data directory.
   *
   * @param name of the process, as a rule its service's
   */
  public static NodeCertificate of(Config config, Path data, String name) {
    String configured = config.get(NodeKeys.CLUSTER_TLS_DIRECTORY);
    if (configured.isEmpty()) {
      return new NodeCertificate(under(data).resolve(name));
    }
    NodeCertificate own = new NodeCertificate(Path.of(configured, name));
    return own.exists() ? own : new NodeCertificate(Path.of(configured));
  }

  /**
   * Those of this machine, by directory: what the settings name, else all in the data directory.
   * Some may lack files.
   */
  public static List<NodeCertificate> all(Config config, Path data) throws IOException {
    String configured = config.get(NodeKeys.CLUSTER_TLS_DIRECTORY);
    Path parent = configured.isEmpty() ? under(data) : Path.of(configured);
    List<NodeCertificate> found = new ArrayList<>();
    if (!configured.isEmpty()) {
      found.add(new NodeCertificate(parent));
    }
    if (Files.isDirectory(parent)) {
      try (Stream<Path> below = Files.list(parent)) {
        below.filter(Files::isDirectory).sorted().map(NodeCertificate::new).forEach(found::add);
      }
    }
    found.removeIf(one -> one.missing().size() == FILES.size());
    return found;
  }

  /** Whether all three files are there. */
  public boolean exists() {
    return missing().isEmpty();
  }

  /** The files that are not there. */
  public List<Path> missing() {
    return FILES.stream().map(directory::resolve).filter(file -> !Files.exists(file)).toList();
  }

  /** The files, for the bus. */
  public ClusterOptions.Tls files() {
    return new ClusterOptions.Tls(
        authority().toString(), certificate().toString(), key().toString());
  }

  /**
   * The certificate as it is now.
   *
   * @throws CertificateException when the file holds none
   */
  public X509Certificate read() throws IOException, CertificateException {
    return read(certificate());
  }

  /** The services that it names. */
  public Set<String> services() throws IOException, CertificateException {
    return CertificateRoles.of(read());
  }

  /** The host names and addresses that it is for, in the order of the alphabet. */
  public Set<String> hosts() throws IOException, GeneralSecurityException {
    Set<String> hosts = new TreeSet<>();
    var names = read().getSubjectAlternativeNames();
    for (List<?> name : names == null ? List.<List<?>>of() : names) {
      if (name.get(0).equals(Certificates.DNS_NAME) || name.get(0).equals(Certificates.ADDRESS)) {
        hosts.add(String.valueOf(name.get(1)));
      }
    }
    return Collections.unmodifiableSet(hosts);
  }

  public Path authority() {
    return directory.resolve(AUTHORITY);
  }

  public Path certificate() {
    return directory.resolve(CERTIFICATE);
  }

  public Path key() {
    return directory.resolve(KEY);
  }

  static X509Certificate read(Path file) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
