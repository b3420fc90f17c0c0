package dev.weft.mesh.hazelcast;

import dev.weft.mesh.CertificateRoles;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.trust.NodeCredentials;
import dev.weft.mesh.trust.PeerTrust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
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
    NodeCredentials credentials = NodeCredentials.read(files);
    TrustManagerFactory trustFactory = TrustManagerFactory.getInstance("PKIX");
    trustFactory.init(PeerTrust.keyStore(credentials.authorities()));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "member", credentials.key(), NO_PASSWORD, credentials.chain().toArray(Certificate[]::new));
    KeyManagerFactory keyFactory = KeyManagerFactory.getInstance("PKIX");
    keyFactory.init(keys, NO_PASSWORD);
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(credentials.authorities().getFirst().getEncoded());
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

  /**
   * Fails when the other side's certificate names no service: such a one is no member's.
   *
   * @param session of a handshake that is over
   */
  static void requireMember(SSLSession session) throws SSLException {
    if (!(session.getPeerCertificates()[0] instanceof X509Certificate certificate)
        || CertificateRoles.of(certificate).isEmpty()) {
      throw new SSLException("the other side's certificate names no service");
    }
  }
}
