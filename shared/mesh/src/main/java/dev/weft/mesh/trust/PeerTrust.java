package dev.weft.mesh.trust;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server when its certificate is the one of the node whose record names the address that
 * was connected to. Nobody else, members included. Thread-safe.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
  private final KnownNodes nodes;
  private final X509ExtendedTrustManager authorities;

  public PeerTrust(KnownNodes nodes) throws GeneralSecurityException {
    this.nodes = nodes;
    this.authorities = trusting(nodes.own().credentials().authorities());
  }

  private static X509ExtendedTrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(keyStore(authorities));
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509ExtendedTrustManager manager) {
        return manager;
      }
    }
    throw new GeneralSecurityException("no trust manager for X.509");
  }

  /** The authorities' certificates as what is trusted. */
  public static KeyStore keyStore(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    try {
      trust.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("nothing is read, so nothing can fail", e);
    }
    for (int i = 0; i < authorities.size(); i++) {
      trust.setCertificateEntry("authority" + i, authorities.get(i));
    }
    return trust;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities.checkServerTrusted(chain, authType, engine);
    String host = engine.getPeerHost();
    if (!nodes.isOfNodeAt(host, engine.getPeerPort(), chain[0])) {
      String address = host + " " + engine.getPeerPort();
      nodes.refusals().add(RefusedClaims.Kind.SERVER, address, null);
      throw new CertificateException("the certificate is not that of the node at " + address);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw nowhere();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw nowhere();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw nowhere();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw nowhere();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw nowhere();
  }

  private static CertificateException nowhere() {
    return new CertificateException("only servers at a known address are trusted");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
