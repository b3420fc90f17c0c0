package dev.weft.node.identity;

import dev.weft.contracts.auth.Jwk;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Ed25519 keys as 32 raw bytes and as JWKs (RFC 8037, RFC 8410). */
public final class Ed25519 {

  private static final int RAW_BYTES = 32;

  /** What precedes the raw key in its X.509 encoding (RFC 8410 section 4). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /** A new key pair. */
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no Ed25519", e);
    }
  }

  /** The private key of a PKCS#8 encoding. */
  public static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** The public key of its 32 raw bytes. */
  public static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    if (raw.length != RAW_BYTES) {
      throw new GeneralSecurityException("an Ed25519 key has 32 bytes, not " + raw.length);
    }
    byte[] x509 = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + RAW_BYTES);
    System.arraycopy(raw, 0, x509, X509_PREFIX.length, RAW_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
  }

  /** The 32 raw bytes of a public key. */
  public static byte[] raw(PublicKey key) {
    byte[] x509 = key.getEncoded();
    return Arrays.copyOfRange(x509, x509.length - RAW_BYTES, x509.length);
  }

  /** The JWK of a public key. */
  public static Jwk jwk(String keyId, PublicKey key) {
    String x = Base64.getUrlEncoder().withoutPadding().encodeToString(raw(key));
    return new Jwk("OKP", "Ed25519", x, keyId, "EdDSA", "sig");
  }

  /**
   * The public key of a JWK.
   *
   * @throws GeneralSecurityException when it is none for Ed25519 signatures
   */
  public static PublicKey publicKey(Jwk jwk) throws GeneralSecurityException {
    if (!jwk.kty().equals("OKP") || !jwk.crv().equals("Ed25519") || !jwk.alg().equals("EdDSA")) {
      throw new GeneralSecurityException("JWK '" + jwk.kid() + "' is no Ed25519 key");
    }
    try {
      return publicKey(Base64.getUrlDecoder().decode(jwk.x()));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("JWK '" + jwk.kid() + "' is no Ed25519 key", e);
    }
  }

  private Ed25519() {}
}
