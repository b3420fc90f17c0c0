package dev.weft.auth.keys;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * An API key, secret part included: {@code weft_}, its type, {@code _}, a public id (8 characters),
 * a secret (32 random ones, 190 bits) and a checksum (6, CRC-32 of all before it), all base62. The
 * form follows GitHub's tokens: a prefix that scanners find, and a checksum that tells a typo, or a
 * string that only looks like a key, without asking anybody. Immutable.
 */
public final class ApiKey {

  /** Form of a key, for secret scanners: {@value}. */
  public static final String REGEX = "weft_(live|test|dev)_[0-9A-Za-z]{46}";

  private static final Pattern FORM =
      Pattern.compile("weft_(live|test|dev)_([0-9A-Za-z]{8})[0-9A-Za-z]{32}([0-9A-Za-z]{6})");

  private static final int ID_LENGTH = 8;
  private static final int SECRET_LENGTH = 32;
  private static final int CHECKSUM_LENGTH = 6;
  private static final int SHOWN_AT_END = 4;

  /** Where a key was made; the second word of its text. */
  public enum Type {
    /** In the prod profile. */
    LIVE,
    /** In the dev profile. */
    TEST,
    /** The ready-made key of the dev profile, refused in any other. */
    DEV;

    /** As it stands in a key and in the database. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Type of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  private final Type type;
  private final String id;
  private final String text;

  private ApiKey(Type type, String id, String text) {
    this.type = type;
    this.id = id;
    this.text = text;
  }

  /** A new key of unguessable characters. */
  public static ApiKey generate(Type type) {
    String id = Base62.random(ID_LENGTH);
    String body = "weft_" + type.word() + "_" + id + Base62.random(SECRET_LENGTH);
    return new ApiKey(type, id, body + checksum(body));
  }

  /**
   * Reads a key without asking anybody whether it exists.
   *
   * @throws WeftException {@code auth:key.unauthenticated} when it has not the form or not the
   *     checksum of a key: every change of a single character is found
   */
  public static ApiKey parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw refused(
          "This is no Weft API key; one begins with weft_live_, weft_test_ or weft_dev_.");
    }
    if (!checksum(text.substring(0, text.length() - CHECKSUM_LENGTH)).equals(parts.group(3))) {
      throw refused("The API key is mistyped or incomplete: its checksum does not match.");
    }
    return new ApiKey(Type.of(parts.group(1)), parts.group(2), text);
  }

  private static WeftException refused(String message) {
    return WeftError.of("auth:key", Reason.UNAUTHENTICATED, message).exception();
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return Base62.encode(crc.getValue(), CHECKSUM_LENGTH);
  }

  public Type type() {
    return type;
  }

  /** The public id: names the key in lists, logs and revocations. */
  public String id() {
    return id;
  }

  /** The key itself. A secret: shown once, never logged, never stored. */
  public String text() {
    return text;
  }

  /** Enough of the key to recognise it by. */
  public String hint() {
    return "weft_" + type.word() + "_" + id + "…" + text.substring(text.length() - SHOWN_AT_END);
  }

  @Override
  public String toString() {
    return "ApiKey[" + id + "]";
  }
}
