package dev.weft.auth.keys;

import dev.weft.node.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an API key: HMAC-SHA-256 under a pepper derived from the master key, so that a
 * copy of the database is no help. Keys hold 190 random bits; a slow hash would add nothing but a
 * way to keep the server busy (OWASP ASVS 5.0, 11.4). Thread-safe.
 */
public final class KeyDigest {
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] NO_DIGEST = new byte[32];

  private final SecretKeySpec pepper;

  public KeyDigest(MasterKey masterKey) {
    pepper = new SecretKeySpec(masterKey.derive("auth.api-keys"), ALGORITHM);
  }

  /** The digest of a key. */
  public byte[] of(ApiKey key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(pepper);
      return mac.doFinal(key.text().getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
    }
  }

  /**
   * Whether the key is the one the digest was made of. Takes as long for a wrong key and for one
   * that is not known at all as for the right one.
   *
   * @param digest null when no key of that id is known
   */
  public boolean matches(ApiKey key, byte @Nullable [] digest) {
    byte[] expected = digest == null ? NO_DIGEST : digest;
    return MessageDigest.isEqual(of(key), expected) && digest != null;
  }
}
