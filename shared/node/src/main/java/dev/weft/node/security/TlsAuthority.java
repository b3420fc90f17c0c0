package dev.weft.node.security;

import dev.weft.mesh.ClusterOptions;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.SecretFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private certificate authority of a cluster and the certificate of its nodes, as PEM files in
 * one directory: {@code ca.crt}, {@code ca.key}, {@code node.crt}, {@code node.key}. Keys are EC
 * P-256, PKCS#8, readable by their owner alone.
 *
 * <p>Other machines need all but {@code ca.key}; only where that lies can the node certificate be
 * renewed. Safe when several processes come at once. Blocks.
 */
public final class TlsAuthority {

  private static final Logger log = LoggerFactory.getLogger(TlsAuthority.class);

  static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);
  static final Duration NODE_LIFE = Duration.ofDays(365);

  /** A certificate that ends sooner is renewed at the next start. */
  static final Duration RENEWAL = Duration.ofDays(30);

  private static final List<String> LOCAL_HOSTS = List.of("localhost", "127.0.0.1");

  /** File locks keep other processes away, this keeps other threads. */
  private static final Object WITHIN_PROCESS = new Object();

  private final Path directory;
  private final InstantSource clock;

  /** An authority in a directory, whether it is there yet or not. */
  public TlsAuthority(Path directory) {
    this(directory, InstantSource.system());
  }

  /** That of a process, where its settings say. */
  public static TlsAuthority of(Config config, Supplier<Path> dataDirectory) {
    String configured = config.get(NodeKeys.CLUSTER_TLS_DIRECTORY);
    return new TlsAuthority(
        configured.isEmpty() ? dataDirectory.get().resolve("tls") : Path.of(configured));
  }

  TlsAuthority(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  /** Whether the files that a node needs are there. */
  public boolean exists() {
    return Files.exists(path("ca.crt"))
        && Files.exists(path("node.crt"))
        && Files.exists(path("node.key"));
  }

  /** When the certificate of this process ends. */
  public Instant ends() throws IOException, GeneralSecurityException {
    return certificate("node.crt").getNotAfter().toInstant();
  }

  /** The files, for the bus. */
  public ClusterOptions.Tls files() {
    return new ClusterOptions.Tls(
        path("ca.crt").toString(), path("node.crt").toString(), path("node.key").toString());
  }

  /**
   * Makes what is missing, renews a node certificate that soon ends or lacks one of the hosts.
   *
   * @param hosts names and addresses of the machines that nodes run on; this machine's loopback is
   *     always among them
   * @return the files, for the bus
   */
  public ClusterOptions.Tls ensure(Collection<String> hosts)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    synchronized (WITHIN_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(path("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (held.isValid()) {
          ensureLocked(hosts);
        }
      }
    }
    return files();
  }

  private void ensureLocked(Collection<String> hosts) throws IOException, GeneralSecurityException {
    if (!Files.exists(path("ca.crt"))) {
      issueAuthority();
    }
    Set<String> wanted = new LinkedHashSet<>(LOCAL_HOSTS);
    hosts.forEach(host -> wanted.add(normal(host)));
    if (Files.exists(path("node.crt")) && Files.exists(path("node.key"))) {
      X509Certificate current = certificate("node.crt");
      Set<String> named = names(current);
      boolean ends = current.getNotAfter().toInstant().isBefore(clock.instant().plus(RENEWAL));
      if (!ends && named.containsAll(wanted)) {
        return;
      }
      if (!Files.exists(path("ca.key"))) {
        log.atWarn()
            .addKeyValue("certificate", path("node.crt"))
            .addKeyValue("ends", current.getNotAfter().toInstant())
            .log("Cannot renew the certificate here: run `scripts/weft init` where ca.key lies");
        return;
      }
      wanted.addAll(named);
    }
    issueNode(wanted);
  }

  private void issueAuthority() throws IOException, GeneralSecurityException {
    KeyPair keys = Certificates.newKeys();
    Instant now = clock.instant();
    X509Certificate certificate = Certificates.authority(keys, now, now.plus(AUTHORITY_LIFE));
    SecretFile.write(path("ca.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    SecretFile.write(path("ca.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    log.atInfo()
        .addKeyValue("directory", directory)
        .log("Made the cluster's certificate authority");
  }

  private void issueNode(Set<String> hosts) throws IOException, GeneralSecurityException {
    KeyPair keys = Certificates.newKeys();
    Instant now = clock.instant();
    X509Certificate certificate =
        Certificates.node(
            certificate("ca.crt"),
            privateKey("ca.key"),
            keys.getPublic(),
            hosts,
            now,
            now.plus(NODE_LIFE));
    SecretFile.write(path("node.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    SecretFile.write(path("node.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    log.atInfo().addKeyValue("hosts", hosts).log("Issued the node certificate");
  }

  private X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(path(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private PrivateKey privateKey(String name) throws IOException, GeneralSecurityException {
    String body =
        Files.readAllLines(path(name)).stream()
            .filter(line -> !line.startsWith("-----"))
            .collect(Collectors.joining());
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  /** The host names and addresses that a certificate is for. */
  private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
    Set<String> names = new LinkedHashSet<>();
    if (certificate.getSubjectAlternativeNames() != null) {
      for (List<?> name : certificate.getSubjectAlternativeNames()) {
        names.add(String.valueOf(name.get(1)));
      }
    }
    return names;
  }

  /** An address as certificates spell it, a name as it is. */
  private static String normal(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress();
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
