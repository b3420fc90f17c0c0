package dev.weft.node.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A compact JWS signed with Ed25519: {@code {"alg":"EdDSA","typ":…,"kid":…}}. Nothing else is
 * accepted in the header, so neither the algorithm nor the place of the key can be chosen by
 * whoever made the token (RFC 8725 sections 3.1, 3.5, 3.10, 3.11). Immutable.
 */
public final class Jws {

  /** Longest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 8_192;

  /** Form of a key id. */
  public static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final String ALGORITHM = "EdDSA";
  private static final int SIGNATURE_BYTES = 64;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final String keyId;
  private final byte[] payload;
  private final byte[] signedInput;
  private final byte[] signature;

  private Jws(String keyId, byte[] payload, byte[] signedInput, byte[] signature) {
    this.keyId = keyId;
    this.payload = payload;
    this.signedInput = signedInput;
    this.signature = signature;
  }

  /**
   * Makes a token.
   *
   * @param type the {@code typ} of its header; plain characters only
   * @param keyId the {@code kid}: {@link #KEY_ID}
   * @param key an Ed25519 private key
   * @param claims strings, whole numbers and lists of strings
   */
  public static String sign(String type, String keyId, PrivateKey key, Map<String, ?> claims) {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("alg", ALGORITHM);
    header.put("typ", type);
    header.put("kid", keyId);
    String input = encode(TokenClaims.write(header)) + "." + encode(TokenClaims.write(claims));
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + encode(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with Ed25519", e);
    }
  }

  /**
   * Takes a token apart. Its signature is not yet checked: nothing in the payload may be believed
   * before {@link #verify}.
   *
   * @param type the only {@code typ} accepted
   */
  public static Jws parse(String token, String type) throws InvalidTokenException {
    if (token.length() > MAX_LENGTH) {
      throw new InvalidTokenException("longer than " + MAX_LENGTH + " characters");
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new InvalidTokenException("not three parts");
    }
    String keyId = keyId(decode(token.substring(0, first)), type);
    byte[] payload = decode(token.substring(first + 1, second));
    byte[] signature = decode(token.substring(second + 1));
    if (signature.length != SIGNATURE_BYTES) {
      throw new InvalidTokenException("the signature is not " + SIGNATURE_BYTES + " bytes long");
    }
    byte[] input = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return new Jws(keyId, payload, input, signature);
  }

  private static String keyId(byte[] json, String type) throws InvalidTokenException {
    JsonNode header = TokenClaims.parse(json).json();
    if (header.size() != 3) {
      throw new InvalidTokenException("the header has other parameters than alg, typ and kid");
    }
    if (!isText(header, "alg", ALGORITHM)) {
      throw new InvalidTokenException("the algorithm is not " + ALGORITHM);
    }
    if (!isText(header, "typ", type)) {
      throw new InvalidTokenException("the type is not " + type);
    }
    JsonNode keyId = header.path("kid");
    if (!keyId.isTextual() || !KEY_ID.matcher(keyId.textValue()).matches()) {
      throw new InvalidTokenException("the key id is missing or malformed");
    }
    return keyId.textValue();
  }

  private static boolean isText(JsonNode header, String name, String value) {
    JsonNode node = header.path(name);
    return node.isTextual() && node.textValue().equals(value);
  }

  /** Id of the key that is said to have signed. Only a name: look it up among one's own keys. */
  public String keyId() {
    return keyId;
  }

  /** Whether the key made the signature. */
  public boolean verify(PublicKey key) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signedInput);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * The claims.
   *
   * @throws InvalidTokenException when the key did not sign them, or they are no JSON object
   */
  public TokenClaims claims(PublicKey key) throws InvalidTokenException {
    if (!verify(key)) {
      throw new InvalidTokenException("the signature is wrong");
    }
    return TokenClaims.parse(payload);
  }

  /** The claims of a token whose signature somebody else has checked. */
  public TokenClaims claimsCheckedElsewhere() throws InvalidTokenException {
    return TokenClaims.parse(payload);
  }

  private static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /** Decodes base64url, in its one canonical spelling only. */
  private static byte[] decode(String text) throws InvalidTokenException {
    try {
      byte[] bytes = DECODER.decode(text);
      if (encode(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like any other spelling.
    }
    throw new InvalidTokenException("not base64url");
  }
}
