package dev.weft.node.internal;

import dev.weft.node.ExitCode;
import dev.weft.node.MasterKey;
import dev.weft.node.Profile;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys derived with HKDF-SHA-256 (RFC 5869). Sealed form: a version byte, a random 96-bit nonce,
 * AES-256-GCM ciphertext with its 128-bit tag; purpose and name are authenticated with it.
 */
public final class MasterKeys implements MasterKey {

  private static final int KEY_BYTES = 32;
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] SALT = "weft master key".getBytes(StandardCharsets.UTF_8);

  private final SecretKey master;

  private MasterKeys(byte[] master) {
    this.master = new SecretKeySpec(master, "Generic");
  }

  /** The key of the configuration, or in the dev profile the one in the data directory. */
  static MasterKey open(Config config, DataDirectory data) {
    String given = config.get(NodeKeys.MASTER_KEY);
    if (!given.isEmpty()) {
      return parse(given, config.origin(NodeKeys.MASTER_KEY));
    }
    if (config.get(NodeKeys.PROFILE) == Profile.PROD) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "WEFT_MASTER_KEY is not set. The prod profile needs one, the same for every process."
              + " Make it once with: openssl rand -base64 32");
    }
    Path file = data.writable().resolve("master.key");
    try {
      return parse(SecretFile.readOrCreate(file, MasterKeys::generate), file.toString());
    } catch (IOException e) {
      throw new StartFailure(
          ExitCode.FAILED, "The master key cannot be kept in " + file + ": " + e.getMessage(), e);
    }
  }

  static MasterKey parse(String text, String origin) {
    byte[] key = decode(text.strip());
    if (key.length < KEY_BYTES) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          origin
              + ": the master key must be at least "
              + KEY_BYTES
              + " random bytes in base64 or hex. Make one with: openssl rand -base64 32");
    }
    return new MasterKeys(key);
  }

  @Override
  public byte[] derive(String purpose) {
    return derived("derive:" + purpose).getEncoded();
  }

  @Override
  public byte[] seal(String purpose, String name, byte[] plaintext) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, purpose, name, nonce);
      byte[] ciphertext = cipher.doFinal(plaintext);
      return ByteBuffer.allocate(1 + NONCE_BYTES + ciphertext.length)
          .put(VERSION)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  @Override
  public byte[] open(String purpose, String name, byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < 1 + NONCE_BYTES + TAG_BITS / 8 || sealed[0] != VERSION) {
      throw new AEADBadTagException("not a sealed secret of this version");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
    Cipher cipher = cipher(Cipher.DECRYPT_MODE, purpose, name, nonce);
    return cipher.doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
  }

  @Override
  public String toString() {
    return "MasterKey[***]";
  }

  private Cipher cipher(int mode, String purpose, String name, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey key = derived("seal:" + purpose);
    cipher.init(
        mode, new SecretKeySpec(key.getEncoded(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    // A byte that is in no UTF-8 text parts the two, so that no other pair reads the same.
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(new byte[] {(byte) 0xff});
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private SecretKey derived(String info) {
    try {
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      return hkdf.deriveKey(
          "Generic",
          HKDFParameterSpec.ofExtract()
              .addIKM(master)
              .addSalt(SALT)
              .thenExpand(info.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF failed", e);
    }
  }

  private static String generate() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private static byte[] decode(String text) {
    try {
      if (text.matches("([0-9a-fA-F]{2}){" + KEY_BYTES + ",}")) {
        return HexFormat.of().parseHex(text);
      }
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
