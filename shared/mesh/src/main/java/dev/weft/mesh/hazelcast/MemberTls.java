package dev.weft.mesh.hazelcast;

import dev.weft.mesh.ClusterOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * How members prove to each other who they are: TLS 1.3, both sides with a certificate that the
 * cluster's authority signed, for this purpose alone. Thread-safe.
 */
final class MemberTls {
  /**
   * Named within the handshake, so that nobody can pass on what a certificate's owner says on
   * another of its ports, such as that of the event bus.
   */
  static final String PROTOCOL = "weft-members/1";

  private static final String VERSION = "TLSv1.3";
  private static final char[] NO_PASSWORD = new char[0];
  private static final int NAME_DIGITS = 16;
  private static final int CHECK_BYTES = 1 << 16;
  private static final int CHECK_ROUNDS = 10;

  private final KeyManager[] own;
  private final TrustManager[] trusted;
  private final String authority;

  private MemberTls(KeyManager[] own, TrustManager[] trusted, String authority) {
    this.own = own;
    this.trusted = trusted;
    this.authority = authority;
  }

  /** Reads the files; blocks. */
  static MemberTls of(ClusterOptions.Tls files) throws IOException, GeneralSecurityException {
    List<? extends Certificate> authorities = certificates(files.caCertificate());
    List<? extends Certificate> chain = certificates(files.certificate());
    KeyStore trust = empty();
    for (int i = 0; i < authorities.size(); i++) {
      trust.setCertificateEntry("authority" + i, authorities.get(i));
    }
    TrustManagerFactory trustFactory = TrustManagerFactory.getInstance("PKIX");
    trustFactory.init(trust);
    KeyStore keys = empty();
    PrivateKey key = privateKey(files.privateKey(), chain.getFirst().getPublicKey().getAlgorithm());
    keys.setKeyEntry("member", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory keyFactory = KeyManagerFactory.getInstance("PKIX");
    keyFactory.init(keys, NO_PASSWORD);
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(authorities.getFirst().getEncoded());
    return new MemberTls(
        keyFactory.getKeyManagers(),
        trustFactory.getTrustManagers(),
        HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS));
  }

  /** What the cluster's authority is known by: members of two authorities never share a name. */
  String authority() {
    return authority;
  }

  /** One side of a new connection. Nothing of an earlier one is resumed. */
  SSLEngine engine(boolean accepted) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance(VERSION);
    context.init(own, trusted, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(!accepted);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {VERSION});
    parameters.setNeedClientAuth(true);
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * Shakes hands with itself: so a certificate that nobody would accept is told before anything
   * starts, and the classes that take long to load the first time do not take it from the time that
   * another member gives a handshake.
   *
   * @throws SSLException when this member's certificate is not one of the authority's, or has ended
   */
  void check() throws IOException, GeneralSecurityException {
    SSLEngine[] sides = {engine(false), engine(true)};
    ByteBuffer[] onTheWay = new ByteBuffer[sides.length];
    for (int i = 0; i < sides.length; i++) {
      onTheWay[i] = ByteBuffer.allocate(CHECK_BYTES);
      sides[i].beginHandshake();
    }
    ByteBuffer nothing = ByteBuffer.allocate(0);
    ByteBuffer plain = ByteBuffer.allocate(sides[0].getSession().getApplicationBufferSize());
    for (int round = 0; round < CHECK_ROUNDS; round++) {
      for (int i = 0; i < sides.length; i++) {
        TlsTasks.run(sides[i]);
        while (sides[i].getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          sides[i].wrap(nothing, onTheWay[i]);
          TlsTasks.run(sides[i]);
        }
        ByteBuffer incoming = onTheWay[1 - i].flip();
        while (incoming.hasRemaining()
            && sides[i].getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
          sides[i].unwrap(incoming, plain);
          TlsTasks.run(sides[i]);
        }
        incoming.compact();
      }
    }
    for (SSLEngine side : sides) {
      if (side.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
        throw new SSLException("the handshake with itself did not end");
      }
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<? extends Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      List<? extends Certificate> all =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (all.isEmpty()) {
        throw new CertificateException("no certificate in " + file);
      }
      return all;
    }
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
