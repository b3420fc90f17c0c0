package dev.weft.node.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.ClusterOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsAuthorityIT {

  private final Path directory;

  TlsAuthorityIT(@TempDir Path directory) {
    this.directory = directory.resolve("tls");
  }

  @Test
  void theNodeCertificateIsSignedByTheAuthorityAndNamesTheHosts() throws Exception {
    TlsAuthority authority = new TlsAuthority(directory);
    assertThat(authority.exists()).isFalse();
    ClusterOptions.Tls files = authority.ensure(List.of("weft-1.internal", "10.1.2.3", "::1"));
    assertThat(authority.exists()).isTrue();
    X509Certificate ca = read("ca.crt");
    X509Certificate node = read("node.crt");
    node.verify(ca.getPublicKey());
    ca.verify(ca.getPublicKey());
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThat(names(node))
        .containsExactlyInAnyOrder(
            "localhost", "127.0.0.1", "weft-1.internal", "10.1.2.3", "0:0:0:0:0:0:0:1");
    assertThat(node.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(files.privateKey()).isEqualTo(directory.resolve("node.key").toString());
    for (String key : List.of("ca.key", "node.key")) {
      Path path = directory.resolve(key);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void whatIsThereAndValidStays() throws Exception {
    TlsAuthority authority = new TlsAuthority(directory);
    authority.ensure(List.of("a.internal", "::1"));
    X509Certificate before = read("node.crt");
    authority.ensure(List.of("a.internal", "::1"));
    authority.ensure(List.of());
    assertThat(read("node.crt")).isEqualTo(before);
  }

  @Test
  void aNewHostAndANearEndMakeANewCertificateOfTheSameAuthority() throws Exception {
    new TlsAuthority(directory).ensure(List.of("a.internal"));
    X509Certificate ca = read("ca.crt");
    X509Certificate first = read("node.crt");
    new TlsAuthority(directory).ensure(List.of("b.internal"));
    X509Certificate second = read("node.crt");
    assertThat(second).isNotEqualTo(first);
    assertThat(names(second)).contains("a.internal", "b.internal");
    Clock later =
        Clock.offset(
            Clock.systemUTC(), TlsAuthority.NODE_LIFE.minus(TlsAuthority.RENEWAL).plusDays(1));
    new TlsAuthority(directory, later).ensure(List.of());
    assertThat(read("node.crt").getNotAfter()).isAfter(second.getNotAfter());
    assertThat(read("ca.crt")).isEqualTo(ca);
    assertThat(Duration.between(ca.getNotBefore().toInstant(), ca.getNotAfter().toInstant()))
        .isGreaterThan(TlsAuthority.NODE_LIFE);
  }

  @Test
  void withoutTheAuthoritysKeyNothingIsRenewed() throws Exception {
    new TlsAuthority(directory).ensure(List.of());
    X509Certificate before = read("node.crt");
    Files.delete(directory.resolve("ca.key"));
    new TlsAuthority(directory).ensure(List.of("c.internal"));
    assertThat(read("node.crt")).isEqualTo(before);
  }

  @Test
  void manyAtOnceMakeOneAuthority() throws Exception {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        all.add(CompletableFuture.runAsync(this::ensure, threads));
      }
      for (CompletableFuture<Void> one : all) {
        one.get();
      }
    }
    read("node.crt").verify(read("ca.crt").getPublicKey());
  }

  private void ensure() {
    try {
      new TlsAuthority(directory).ensure(List.of());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate read(String name) throws Exception {
    try (InputStream in = Files.newInputStream(directory.resolve(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names.stream().map(name -> String.valueOf(name.get(1))).toList();
  }
}
