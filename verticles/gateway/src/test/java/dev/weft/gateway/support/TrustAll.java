package dev.weft.gateway.support;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Trusts any server and notes what it shows: for tests that look at the certificate alone. */
public final class TrustAll implements X509TrustManager {
  private final X509Certificate[] shown;

  private TrustAll(X509Certificate[] shown) {
    this.shown = shown;
  }

  /**
   * @param shown takes the server's certificate
   */
  public static SSLContext context(X509Certificate[] shown) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll(shown)}, null);
    return context;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    shown[0] = chain[0];
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
