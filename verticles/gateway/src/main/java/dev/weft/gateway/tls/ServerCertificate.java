package dev.weft.gateway.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain and its private key as they were read from their files, found to belong
 * together. Immutable.
 */
public final class ServerCertificate {
  /** Far above any chain; a file that is larger is no certificate. */
  private static final int MAX_FILE_BYTES = 256 * 1024;

  private static final byte[] PROBE = {'w', 'e', 'f', 't'};

  private final byte[] chain;
  private final byte[] key;
  private final Instant expires;

  private ServerCertificate(byte[] chain, byte[] key, Instant expires) {
    this.chain = chain;
    this.key = key;
    this.expires = expires;
  }

  /**
   * Reads and checks both files. Blocks.
   *
   * @param certificate PEM file: the server's certificate first, then those that vouch for it
   * @param key PEM file with the private key, not encrypted
   * @throws UnusableCertificate with what is wrong with which file
   */
  public static ServerCertificate read(Vertx vertx, Path certificate, Path key)
      throws UnusableCertificate {
    byte[] chainBytes = bytes(certificate);
    byte[] keyBytes = bytes(key);
    X509Certificate first = first(certificate, chainBytes);
    PrivateKey secret = secret(vertx, certificate, chainBytes, key, keyBytes);
    if (!belong(first, secret)) {
      throw new UnusableCertificate(
          "the key in " + key + " is not that of the first certificate in " + certificate, null);
    }
    return new ServerCertificate(chainBytes, keyBytes, first.getNotAfter().toInstant());
  }

  /** For a server. */
  public PemKeyCertOptions options() {
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(chain))
        .addKeyValue(Buffer.buffer(key));
  }

  /** When it ends. */
  public Instant expires() {
    return expires;
  }

  /** Whether the files hold the same as those of another. */
  public boolean sameAs(ServerCertificate other) {
    return Arrays.equals(chain, other.chain) && Arrays.equals(key, other.key);
  }

  private static byte[] bytes(Path file) throws UnusableCertificate {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new UnusableCertificate(file + " is larger than any certificate or key", null);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UnusableCertificate("there is no file " + file, e);
    } catch (IOException e) {
      throw new UnusableCertificate(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static X509Certificate first(Path file, byte[] bytes) throws UnusableCertificate {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .iterator()
              .next();
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new UnusableCertificate(file + " holds no certificate in PEM", e);
    }
  }

  private static PrivateKey secret(
      Vertx vertx, Path certificate, byte[] chain, Path file, byte[] bytes)
      throws UnusableCertificate {
    PemKeyCertOptions options =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(chain))
            .addKeyValue(Buffer.buffer(bytes));
    try {
      for (KeyManager manager : options.getKeyManagerFactory(vertx).getKeyManagers()) {
        PrivateKey found = manager instanceof X509KeyManager keys ? secret(keys) : null;
        if (found != null) {
          return found;
        }
      }
    } catch (Exception e) {
      // The text of what failed may hold part of the key.
      throw new UnusableCertificate(
          file
              + " holds no private key in PEM that can be used with "
              + certificate
              + "; it must not be encrypted",
          null);
    }
    throw new UnusableCertificate(file + " holds no private key in PEM", null);
  }

  private static @Nullable PrivateKey secret(X509KeyManager keys) {
    for (String type : new String[] {"EC", "RSA", "EdDSA", "RSASSA-PSS"}) {
      String[] names = keys.getServerAliases(type, null);
      if (names != null && names.length > 0) {
        return keys.getPrivateKey(names[0]);
      }
    }
    return null;
  }

  /** Signs with the one and verifies with the other. */
  private static boolean belong(X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Why files cannot be used; the message says which and names nothing secret. */
  public static final class UnusableCertificate extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableCertificate(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
