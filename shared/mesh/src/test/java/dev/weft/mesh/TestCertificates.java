package dev.weft.mesh;

import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority and what it signs, as PEM files. */
public final class TestCertificates {
  private final Path folder;
  private final String name;
  private final KeyPair authority;
  private final Path certificate;
  private long serial = 1;

  public TestCertificates(Path folder, String name) throws Exception {
    this.folder = folder;
    this.name = name;
    this.authority = newKeys();
    this.certificate =
        write(name + "-ca.pem", sign(new X500Name("CN=" + name), authority, List.of()));
  }

  /** Files of a node on loopback that may be the service {@code test}, signed by this authority. */
  public ClusterOptions.Tls issue(String node) throws Exception {
    return issue(node, this);
  }

  /** The same, of one that trusts another authority than the one that signed its certificate. */
  public ClusterOptions.Tls issue(String node, TestCertificates trusted) throws Exception {
    return issue(node, trusted, List.of("test"), "127.0.0.1");
  }

  /** Files of a node on the host that may be the services, signed by this authority. */
  public ClusterOptions.Tls issue(String node, List<String> services, String host)
      throws Exception {
    return issue(node, this, services, host);
  }

  private ClusterOptions.Tls issue(
      String node, TestCertificates trusted, List<String> services, String host) throws Exception {
    KeyPair keys = newKeys();
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.iPAddress, host));
    for (String service : services) {
      names.add(
          new GeneralName(GeneralName.uniformResourceIdentifier, CertificateRoles.uri(service)));
    }
    Path mine = write(node + ".pem", sign(new X500Name("CN=" + node), keys, names));
    Path key = write(node + ".key", new JcaPKCS8Generator(keys.getPrivate(), null).generate());
    return new ClusterOptions.Tls(trusted.certificate.toString(), mine.toString(), key.toString());
  }

  /** A certificate of this authority with these alternative names; its own when there are none. */
  private X509CertificateHolder sign(X500Name subject, KeyPair keys, List<GeneralName> names)
      throws OperatorCreationException, IOException {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            BigInteger.valueOf(serial++),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            subject,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names.isEmpty()));
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    return builder.build(
        new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private Path write(String file, Object content) throws IOException {
    Path path = folder.resolve(file);
    try (Writer writer = Files.newBufferedWriter(path);
        JcaPEMWriter pem = new JcaPEMWriter(writer)) {
      pem.writeObject(content);
    }
    return path;
  }
}
