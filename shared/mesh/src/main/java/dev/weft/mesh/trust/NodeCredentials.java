package dev.weft.mesh.trust;

import dev.weft.mesh.ClusterOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a node's PEM files hold.
 *
 * @param authorities whose signature makes a member
 * @param chain the node's own certificate first
 * @param key that of the node's certificate
 */
public record NodeCredentials(
    List<X509Certificate> authorities, List<X509Certificate> chain, PrivateKey key) {
  public NodeCredentials {
    authorities = List.copyOf(authorities);
    chain = List.copyOf(chain);
  }

  /** Reads the files; blocks. */
  public static NodeCredentials read(ClusterOptions.Tls files)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = certificates(files.certificate());
    return new NodeCredentials(
        certificates(files.caCertificate()),
        chain,
        privateKey(files.privateKey(), chain.getFirst().getPublicKey().getAlgorithm()));
  }

  /** The node's own certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  private static List<X509Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(NodeCredentials::x509)
              .toList();
      if (all.isEmpty()) {
        throw new CertificateException("no certificate in " + file);
      }
      return all;
    }
  }

  private static X509Certificate x509(Certificate certificate) {
    return (X509Certificate) certificate; // what a factory of X.509 makes
  }

  private static PrivateKey privateKey(String file, String algorithm)
      throws IOException, GeneralSecurityException {
    String body =
        Files.readAllLines(Path.of(file)).stream()
            .filter(line -> !line.startsWith("-----"))
            .collect(Collectors.joining());
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }
}
