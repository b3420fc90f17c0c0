package dev.weft.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.ClusterOptions;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsAuthorityIT {
  private static final List<String> CHAT = List.of("chat");

  private final Path data;
  private final TlsAuthority authority;
  private final NodeCertificate chat;

  TlsAuthorityIT(@TempDir Path folder) {
    data = folder.resolve("data");
    authority = TlsAuthority.ofData(data);
    chat = new NodeCertificate(NodeCertificate.under(data).resolve("chat"));
  }

  @Test
  void aCertificateIsSignedByTheAuthorityAndNamesServicesAndHosts() throws Exception {
    assertThat(authority.exists()).isFalse();
    assertThat(chat.exists()).isFalse();
    authority.ensure(chat, CHAT, List.of("weft-1.internal", "10.1.2.3", "::1"));
    assertThat(authority.exists()).isTrue();
    X509Certificate ca = NodeCertificate.read(authority.directory().resolve("ca.crt"));
    X509Certificate node = chat.read();
    node.verify(ca.getPublicKey());
    ca.verify(ca.getPublicKey());
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThat(chat.services()).containsExactly("chat");
    assertThat(chat.hosts())
        .containsExactly(
            "0:0:0:0:0:0:0:1", "10.1.2.3", "127.0.0.1", "localhost", "weft-1.internal");
    assertThat(node.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    ClusterOptions.Tls files = chat.files();
    assertThat(files.privateKey()).isEqualTo(chat.directory().resolve("node.key").toString());
  }

  /** What is copied to another machine is one folder, and the authority's key is not in it. */
  @Test
  void theAuthoritysKeyLiesApartAndForItsOwnerAlone() throws Exception {
    authority.ensure(chat, CHAT, List.of());
    assertThat(mode(authority.directory())).isEqualTo("rwx------");
    assertThat(mode(authority.directory().resolve("ca.key"))).isEqualTo("r--------");
    assertThat(mode(chat.directory())).isEqualTo("rwx------");
    try (var files = Files.list(chat.directory())) {
      List<Path> all = files.sorted().toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .containsExactly("ca.crt", "node.crt", "node.key");
      for (Path file : all) {
        assertThat(mode(file)).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void whatIsThereAndValidStays() throws Exception {
    authority.ensure(chat, CHAT, List.of("a.internal", "::1"));
    X509Certificate before = chat.read();
    authority.ensure(chat, CHAT, List.of("a.internal", "::1"));
    authority.ensure(chat, CHAT, List.of());
    assertThat(chat.read()).isEqualTo(before);
    authority.issue(chat, CHAT, List.of());
    assertThat(chat.read().getPublicKey()).isNotEqualTo(before.getPublicKey());
    assertThat(chat.hosts()).containsExactly("127.0.0.1", "localhost");
  }

  /** A running node that has its certificate never opens the authority's key. */
  @Test
  void whereNothingIsMissingTheKeyIsNotRead() throws Exception {
    authority.ensure(chat, CHAT, List.of());
    Path key = authority.directory().resolve("ca.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "");
    authority.ensure(chat, CHAT, List.of());
    assertThatThrownBy(() -> authority.ensure(chat, CHAT, List.of("new.internal")))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aNewServiceAHostAndANearEndMakeANewCertificateOfTheSameAuthority() throws Exception {
    authority.ensure(chat, CHAT, List.of("a.internal"));
    X509Certificate first = chat.read();
    authority.ensure(chat, CHAT, List.of("b.internal"));
    X509Certificate second = chat.read();
    assertThat(second).isNotEqualTo(first);
    assertThat(chat.hosts()).contains("a.internal", "b.internal");
    authority.ensure(chat, List.of("rag"), List.of());
    assertThat(chat.services()).containsExactly("chat", "rag");
    Clock later =
        Clock.offset(
            Clock.systemUTC(), TlsAuthority.NODE_LIFE.minus(TlsAuthority.RENEWAL).plusDays(1));
    new TlsAuthority(authority.directory(), null, later).ensure(chat, CHAT, List.of());
    assertThat(chat.read().getNotAfter()).isAfter(second.getNotAfter());
    X509Certificate ca = NodeCertificate.read(authority.directory().resolve("ca.crt"));
    chat.read().verify(ca.getPublicKey());
    assertThat(Duration.between(ca.getNotBefore().toInstant(), ca.getNotAfter().toInstant()))
        .isGreaterThan(TlsAuthority.NODE_LIFE);
  }

  @Test
  void aCertificateOfAnotherAuthorityIsReplaced() throws Exception {
    authority.ensure(chat, CHAT, List.of());
    TlsAuthority other = new TlsAuthority(data.resolve("other"));
    other.ensure(chat, CHAT, List.of());
    X509Certificate ca = NodeCertificate.read(other.directory().resolve("ca.crt"));
    chat.read().verify(ca.getPublicKey());
    assertThat(NodeCertificate.read(chat.authority())).isEqualTo(ca);
  }

  /** Nodes of the version before go on with what they have, under the same authority. */
  @Test
  void theAuthorityOfEarlierVersionsIsTakenOver() throws Exception {
    TlsAuthority before = new TlsAuthority(NodeCertificate.under(data));
    before.ensure();
    X509Certificate ca = NodeCertificate.read(before.directory().resolve("ca.crt"));
    assertThat(authority.exists()).isTrue();
    authority.ensure(chat, CHAT, List.of());
    chat.read().verify(ca.getPublicKey());
    assertThat(before.directory().resolve("ca.key")).doesNotExist();
    assertThat(before.directory().resolve("ca.crt")).exists();
    assertThat(mode(authority.directory().resolve("ca.key"))).isEqualTo("r--------");
  }

  @Test
  void aProcessFindsItsOwnByNameOrByItself() throws Exception {
    assertThat(NodeCertificate.of(config(""), data, "chat").directory())
        .isEqualTo(data.resolve("tls/chat"));
    authority.ensure(chat, CHAT, List.of());
    String parent = NodeCertificate.under(data).toString();
    assertThat(NodeCertificate.of(config(parent), data, "chat")).isEqualTo(chat);
    assertThat(NodeCertificate.of(config(chat.directory().toString()), data, "chat"))
        .isEqualTo(chat);
    assertThatThrownBy(() -> NodeCertificate.of(config(parent), data, "rag").read())
        .isInstanceOf(NoSuchFileException.class);
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
    X509Certificate ca = NodeCertificate.read(authority.directory().resolve("ca.crt"));
    chat.read().verify(ca.getPublicKey());
  }

  private void ensure() {
    try {
      TlsAuthority.ofData(data).ensure(chat, CHAT, List.of());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Config config(String tlsDirectory) {
    return new Config() {
      @Override
      @SuppressWarnings("unchecked") // the key of the directory is one of text
      public <T> T get(ConfigKey<T> key) {
        return key == NodeKeys.CLUSTER_TLS_DIRECTORY ? (T) tlsDirectory : key.defaultValue();
      }

      @Override
      public String origin(ConfigKey<?> key) {
        return "test";
      }
    };
  }
}
