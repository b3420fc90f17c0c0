package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** Which services a certificate names. */
class CertificateRolesTest {
  private static final int URI = GeneralName.uniformResourceIdentifier;

  @Test
  void whatIsSpelledIsReadAgain() throws Exception {
    X509Certificate certificate =
        withNames(
            new GeneralName(URI, CertificateRoles.uri("mcp")),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(URI, CertificateRoles.uri("chat")));
    assertThat(CertificateRoles.of(certificate)).containsExactly("chat", "mcp");
  }

  @Test
  void otherNamesAreNoServices() throws Exception {
    X509Certificate certificate =
        withNames(
            new GeneralName(URI, "urn:weft:service:*"),
            new GeneralName(URI, "urn:weft:service:"),
            new GeneralName(URI, "urn:weft:service:Auth"),
            new GeneralName(URI, "urn:weft:service:auth.keys"),
            new GeneralName(URI, "urn:weft:service:auth\n"),
            new GeneralName(URI, "URN:weft:service:auth"),
            new GeneralName(URI, "urn:weft:service:" + "a".repeat(64)),
            new GeneralName(URI, "https://weft/urn:weft:service:auth"),
            new GeneralName(GeneralName.dNSName, "urn:weft:service:auth"));
    assertThat(CertificateRoles.of(certificate)).isEmpty();
    assertThat(CertificateRoles.of(withNames())).isEmpty();
  }

  @Test
  void aCertificateNamesABoundedNumber() throws Exception {
    GeneralName[] many =
        IntStream.rangeClosed(1, CertificateRoles.MAX_SERVICES - 1)
            .mapToObj(i -> new GeneralName(URI, CertificateRoles.uri("s".repeat(i))))
            .toArray(GeneralName[]::new);
    GeneralName[] more = Arrays.copyOf(many, many.length + 2);
    more[many.length] = new GeneralName(URI, CertificateRoles.uri("last"));
    more[many.length + 1] = new GeneralName(URI, CertificateRoles.uri("beyond"));
    assertThat(CertificateRoles.of(withNames(more)))
        .hasSize(CertificateRoles.MAX_SERVICES)
        .contains("last")
        .doesNotContain("beyond");
  }

  @Test
  void aNameThatNoServiceCanHaveIsNotSpelled() {
    for (String name : new String[] {"", "*", "my-shop", "Auth", "a".repeat(64)}) {
      assertThatThrownBy(() -> CertificateRoles.uri(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'");
    }
  }

  private static X509Certificate withNames(GeneralName... names) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X500Name name = new X500Name("CN=test");
    Date now = Date.from(Instant.now());
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(name, BigInteger.ONE, now, now, name, keys.getPublic());
    if (names.length > 0) {
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
