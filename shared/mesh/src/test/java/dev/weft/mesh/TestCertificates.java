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
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
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
    this.certificate = write(name + "-ca.pem", sign(new X500Name("CN=" + name), authority, true));
  }

  /** Files of a node whose certificate this authority signed. */
  public ClusterOptions.Tls issue(String node) throws Exception {
    return issue(node, this);
  }

  /** Files of a node that shows this authority's certificate and trusts another. */
  public ClusterOptions.Tls issue(String node, TestCertificates trusted) throws Exception {
    KeyPair keys = newKeys();
    Path mine = write(node + ".pem", sign(new X500Name("CN=" + node), keys, false));
    Path key = write(node + ".key", new JcaPKCS8Generator(keys.getPrivate(), null).generate());
    return new ClusterOptions.Tls(trusted.certificate.toString(), mine.toString(), key.toString());
  }

  private X509CertificateHolder sign(X500Name subject, KeyPair keys, boolean isAuthority)
      throws OperatorCreationException, IOException {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            BigInteger.valueOf(serial++),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            subject,
            keys.getPublic())
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
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
