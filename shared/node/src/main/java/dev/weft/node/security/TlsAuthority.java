package dev.weft.node.security;

import dev.weft.node.OwnerOnly;
import dev.weft.postgres.SecretFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private certificate authority of a cluster: {@code ca.crt} and {@code ca.key} (EC P-256,
 * PKCS#8) in a directory of their own. It issues the certificates of nodes; a node that has its own
 * does not need it. Who holds the key can be any service, so of the programs that run only the
 * supervisor and processes of the dev profile come here, on the machine where it was made. Safe
 * when several processes come at once. Blocks.
 */
public final class TlsAuthority {

  private static final Logger log = LoggerFactory.getLogger(TlsAuthority.class);

  static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);
  static final Duration NODE_LIFE = Duration.ofDays(365);

  /** A certificate that ends sooner is renewed by who may. */
  public static final Duration RENEWAL = Duration.ofDays(30);

  private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1");

  /** File locks keep other processes away, this keeps other threads. */
  private static final Object WITHIN_PROCESS = new Object();

  private final Path directory;
  private final @Nullable Path former;
  private final InstantSource clock;

  /** An authority in a directory, whether it is there yet or not. */
  public TlsAuthority(Path directory) {
    this(directory, null, InstantSource.system());
  }

  /** That of a data directory. */
  public static TlsAuthority ofData(Path data) {
    return new TlsAuthority(
        data.resolve("authority"), NodeCertificate.under(data), InstantSource.system());
  }

  /**
   * @param former where earlier versions kept it, beside the certificate of all nodes; null when
   *     they did not
   */
  TlsAuthority(Path directory, @Nullable Path former, InstantSource clock) {
    this.directory = directory;
    this.former = former;
    this.clock = clock;
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  /** Whether it can issue certificates here. */
  public boolean exists() {
    return Files.exists(path("ca.key")) || isAt(former);
  }

  /** Makes the authority if there is none. */
  public void ensure() throws IOException, GeneralSecurityException {
    locked(() -> {});
  }

  /**
   * Makes what is missing: the authority, and a certificate where there is none, or one that soon
   * ends, is another authority's or lacks one of the services or hosts.
   *
   * @param services that the node runs
   * @param hosts names and addresses of the machines that it runs on; this machine's loopback is
   *     always among them
   */
  public void ensure(NodeCertificate node, Collection<String> services, Collection<String> hosts)
      throws IOException, GeneralSecurityException {
    locked(
        () -> {
          Set<String> named = new TreeSet<>(services);
          Set<String> places = places(hosts);
          if (node.exists() && isOurs(node)) {
            if (isGood(node, named, places)) {
              return;
            }
            named.addAll(node.services());
            places.addAll(node.hosts());
          }
          write(node, named, places);
        });
  }

  /**
   * Issues a certificate with a new key, in place of one that is there.
   *
   * @param services that the node runs
   * @param hosts beside this machine's loopback
   */
  public void issue(NodeCertificate node, Collection<String> services, Collection<String> hosts)
      throws IOException, GeneralSecurityException {
    locked(() -> write(node, new TreeSet<>(services), places(hosts)));
  }

  private void locked(Work work) throws IOException, GeneralSecurityException {
    make(directory);
    synchronized (WITHIN_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(path("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (held.isValid()) {
          makeIfMissing();
          work.run();
        }
      }
    }
  }

  private void makeIfMissing() throws IOException, GeneralSecurityException {
    if (Files.exists(path("ca.key"))) {
      return;
    }
    Path before = former;
    if (before != null && isAt(before)) {
      Files.copy(before.resolve("ca.crt"), path("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
      Files.move(before.resolve("ca.key"), path("ca.key"), StandardCopyOption.ATOMIC_MOVE);
      readOnly(path("ca.key"));
      return;
    }
    KeyPair keys = Certificates.newKeys();
    Instant now = clock.instant();
    X509Certificate certificate = Certificates.authority(keys, now, now.plus(AUTHORITY_LIFE));
    SecretFile.write(path("ca.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    SecretFile.write(path("ca.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    readOnly(path("ca.key"));
    log.atInfo()
        .addKeyValue("directory", directory)
        .log("Made the cluster's certificate authority");
  }

  private static boolean isAt(@Nullable Path place) {
    return place != null
        && Files.exists(place.resolve("ca.key"))
        && Files.exists(place.resolve("ca.crt"));
  }

  private boolean isOurs(NodeCertificate node) throws IOException {
    return Files.mismatch(node.authority(), path("ca.crt")) < 0;
  }

  private boolean isGood(NodeCertificate node, Set<String> services, Set<String> hosts)
      throws IOException, GeneralSecurityException {
    boolean ends = node.read().getNotAfter().toInstant().isBefore(clock.instant().plus(RENEWAL));
    return !ends && node.services().containsAll(services) && node.hosts().containsAll(hosts);
  }

  private void write(NodeCertificate node, Set<String> services, Set<String> hosts)
      throws IOException, GeneralSecurityException {
    KeyPair keys = Certificates.newKeys();
    Instant now = clock.instant();
    X509Certificate authority = NodeCertificate.read(path("ca.crt"));
    X509Certificate certificate =
        Certificates.node(
            authority, privateKey(), keys.getPublic(), services, hosts, now, now.plus(NODE_LIFE));
    make(node.directory());
    SecretFile.write(node.authority(), pem("CERTIFICATE", authority.getEncoded()));
    SecretFile.write(node.key(), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    SecretFile.write(node.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    log.atInfo()
        .addKeyValue("services", services)
        .addKeyValue("hosts", hosts)
        .log("Issued a certificate");
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    String body =
        Files.readAllLines(path("ca.key")).stream()
            .filter(line -> !line.startsWith("-----"))
            .collect(Collectors.joining());
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  private static Set<String> places(Collection<String> hosts) {
    Set<String> places = new LinkedHashSet<>(LOCAL_HOSTS);
    hosts.forEach(host -> places.add(normal(host)));
    return places;
  }

  /** An address as certificates spell it, a name as it is. */
  private static String normal(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress();
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  private static void make(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      OwnerOnly.directory(directory);
    }
  }

  private static void readOnly(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString("r--------"));
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  /** Done while no other process changes the authority's files. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException, GeneralSecurityException;
  }
}
