package dev.weft.node;

/**
 * The secret all others are derived from: {@code WEFT_MASTER_KEY}, or in the dev profile a file in
 * the data directory. Thread-safe.
 */
public interface MasterKey {

  /**
   * A 32-byte key for one purpose (HKDF-SHA-256, RFC 5869).
   *
   * @param purpose names the use, {@code auth.api-keys}; the same purpose gives the same key
   */
  byte[] derive(String purpose);

  /** Encrypts with AES-256-GCM under a key of the purpose; bound to the name. */
  byte[] seal(String purpose, String name, byte[] plaintext);

  /**
   * Opens what {@link #seal} made.
   *
   * @throws java.security.GeneralSecurityException when it was sealed under another key or name, or
   *     changed
   */
  byte[] open(String purpose, String name, byte[] sealed)
      throws java.security.GeneralSecurityException;
}
