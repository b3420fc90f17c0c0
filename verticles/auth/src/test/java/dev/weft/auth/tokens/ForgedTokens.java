package dev.weft.auth.tokens;

import static dev.weft.auth.tokens.AccessTokenJwtTest.KEY;
import static dev.weft.auth.tokens.AccessTokenJwtTest.NOW;
import static dev.weft.auth.tokens.AccessTokenJwtTest.PAIR;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.node.identity.Ed25519;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.provider.Arguments;

/** Ways to forge an access token, after RFC 8725 and known attacks on JWT libraries. */
final class ForgedTokens {
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"kid-1\"}";
  private static final long IAT = NOW.getEpochSecond();
  private static final String CLAIMS =
      "{\"iss\":\"weft\",\"aud\":\"weft\",\"sub\":\"alice\",\"client_id\":\"k1234567\","
          + "\"tenant\":\"acme\",\"scope\":\"chat:invoke\",\"jti\":\"t1\",\"iat\":"
          + IAT
          + ",\"exp\":"
          + (IAT + 600)
          + "}";

  /** The token all others are changes of. */
  static String genuine() {
    return signed(HEADER, CLAIMS);
  }

  static List<Arguments> all() throws GeneralSecurityException {
    List<Arguments> cases = new ArrayList<>();
    otherAlgorithms(cases);
    foreignKeys(cases);
    brokenHeaders(cases);
    brokenClaims(cases);
    brokenForms(cases);
    return cases;
  }

  private static void otherAlgorithms(List<Arguments> cases) throws GeneralSecurityException {
    for (String alg : List.of("none", "None", "NONE", "nOnE", "")) {
      String header = HEADER.replace("EdDSA", alg);
      cases.add(arguments("alg '" + alg + "' without a signature", unsigned(header) + "."));
      cases.add(arguments("alg '" + alg + "' with a good signature", signed(header, CLAIMS)));
    }
    String hs256 = HEADER.replace("EdDSA", "HS256");
    cases.add(arguments("HS256 with the raw public key", hmac(hs256, rawPublicKey())));
    cases.add(
        arguments("HS256 with the encoded public key", hmac(hs256, PAIR.getPublic().getEncoded())));
    cases.add(
        arguments(
            "HS256 with the key of the JWK",
            hmac(hs256, Base64.getUrlEncoder().withoutPadding().encode(rawPublicKey()))));
    cases.add(arguments("HS256 with no key to speak of", hmac(hs256, new byte[1])));
    KeyPair ec = KeyPairGenerator.getInstance("EC").generateKeyPair();
    cases.add(
        arguments(
            "ES256 with a key of one's own",
            signed("SHA256withECDSA", HEADER.replace("EdDSA", "ES256"), CLAIMS, ec.getPrivate())));
    cases.add(arguments("alg Ed448", signed(HEADER.replace("EdDSA", "Ed448"), CLAIMS)));
    cases.add(arguments("alg in lower case", signed(HEADER.replace("EdDSA", "eddsa"), CLAIMS)));
  }

  private static void foreignKeys(List<Arguments> cases) {
    KeyPair own = Ed25519.generate();
    String jwk =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
            + Ed25519.jwk("kid-1", own.getPublic()).x()
            + "\"}";
    cases.add(arguments("signed with another key", signed("Ed25519", HEADER, CLAIMS, own)));
    for (String extra :
        List.of(
            "\"jwk\":" + jwk,
            "\"jku\":\"https://evil.example/jwks.json\"",
            "\"x5u\":\"https://evil.example/cert.pem\"",
            "\"x5c\":[\"MIIB\"]",
            "\"crit\":[\"exp\"]",
            "\"b64\":false,\"crit\":[\"b64\"]",
            "\"zip\":\"DEF\"",
            "\"cty\":\"JWT\"")) {
      String header = HEADER.replace("{", "{" + extra + ",");
      cases.add(
          arguments(
              "header with " + extra + ", other key", signed("Ed25519", header, CLAIMS, own)));
      cases.add(arguments("header with " + extra + ", own key", signed(header, CLAIMS)));
    }
    for (String kid :
        List.of(
            "kid-2",
            "",
            "../../etc/passwd",
            "/dev/null",
            "kid-1' or '1'='1",
            "kid-1\\u0000",
            "KID-1"))
      cases.add(arguments("kid '" + kid + "'", signed(HEADER.replace("kid-1", kid), CLAIMS)));
  }

  private static void brokenHeaders(List<Arguments> cases) {
    cases.add(arguments("no kid", signed("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\"}", CLAIMS)));
    cases.add(arguments("no typ", signed("{\"alg\":\"EdDSA\",\"kid\":\"kid-1\"}", CLAIMS)));
    cases.add(arguments("kid a number", signed(HEADER.replace("\"kid-1\"", "1"), CLAIMS)));
    cases.add(arguments("alg a list", signed(HEADER.replace("\"EdDSA\"", "[\"EdDSA\"]"), CLAIMS)));
    cases.add(arguments("alg twice", signed(HEADER.replace("{", "{\"alg\":\"none\","), CLAIMS)));
    for (String typ : List.of("JWT", "weft-id+jwt", "at+JWT", "application/at+jwt", "id+jwt")) {
      cases.add(arguments("typ " + typ, signed(HEADER.replace("at+jwt", typ), CLAIMS)));
    }
    cases.add(arguments("header a list", signed("[]", CLAIMS)));
    cases.add(arguments("header and more", signed(HEADER + "{}", CLAIMS)));
  }

  private static void brokenClaims(List<Arguments> cases) {
    for (String name :
        List.of("iss", "aud", "sub", "client_id", "tenant", "scope", "jti", "iat", "exp")) {
      cases.add(
          arguments("no " + name, signed(HEADER, CLAIMS.replace("\"" + name + "\"", "\"x\""))));
    }
    change(cases, "another issuer", "\"iss\":\"weft\"", "\"iss\":\"https://evil.example\"");
    change(cases, "another audience", "\"aud\":\"weft\"", "\"aud\":\"other\"");
    change(cases, "several audiences", "\"aud\":\"weft\"", "\"aud\":[\"weft\",\"other\"]");
    change(cases, "an empty tenant", "\"acme\"", "\"\"");
    change(cases, "an empty subject", "\"alice\"", "\"\"");
    change(cases, "an empty key id", "\"k1234567\"", "\"\"");
    change(cases, "a tenant that is null", "\"acme\"", "null");
    change(cases, "two tenants", "\"tenant\"", "\"tenant\":\"evil\",\"tenant\"");
    change(cases, "scopes that are a list", "\"chat:invoke\"", "[\"chat:invoke\"]");
    change(
        cases, "expired", IAT + ",\"exp\":" + (IAT + 600), (IAT - 605) + ",\"exp\":" + (IAT - 5));
    change(cases, "issued in the future", "\"iat\":" + IAT, "\"iat\":" + (IAT + 6));
    change(cases, "a life of more than ten minutes", "" + (IAT + 600), "" + (IAT + 601));
    change(cases, "an end before its beginning", "" + (IAT + 600), "" + (IAT - 1));
    change(cases, "an end beyond all times", "" + (IAT + 600), "9999999999999999");
    change(cases, "an end too big for a number", "" + (IAT + 600), "1e400");
    change(cases, "an end in a string", "" + (IAT + 600), "\"" + (IAT + 600) + "\"");
    change(cases, "a fractional end", "" + (IAT + 600), (IAT + 599) + ".5");
    change(cases, "a negative beginning", "\"iat\":" + IAT, "\"iat\":-1");
    cases.add(arguments("claims that are no object", signed(HEADER, "\"alice\"")));
    cases.add(arguments("claims that are no JSON", signed(HEADER, "alice")));
  }

  private static void change(List<Arguments> cases, String how, String from, String to) {
    cases.add(arguments(how, signed(HEADER, CLAIMS.replace(from, to))));
  }

  private static void brokenForms(List<Arguments> cases) {
    String good = genuine();
    String signature = good.substring(good.lastIndexOf('.') + 1);
    byte[] bytes = Base64.getUrlDecoder().decode(signature);
    String input = good.substring(0, good.lastIndexOf('.') + 1);
    cases.add(arguments("no signature", input));
    cases.add(arguments("half a signature", input + encode(Arrays.copyOf(bytes, 32))));
    cases.add(arguments("a longer signature", input + encode(Arrays.copyOf(bytes, 65))));
    cases.add(arguments("a signature of zeros", input + encode(new byte[64])));
    cases.add(arguments("a padded signature", good + "=="));
    cases.add(arguments("another spelling of the signature", sloppy(good)));
    cases.add(arguments("the order added to the signature", input + encode(plusOrder(bytes))));
    cases.add(arguments("a part more", good + ".e30"));
    cases.add(arguments("a part less", input.substring(0, input.length() - 1)));
    cases.add(arguments("only dots", ".."));
    cases.add(arguments("blanks around", " " + good + " "));
    cases.add(
        arguments("another spelling of base64", good.replace('-', '+').replace('_', '/') + "+"));
    cases.add(
        arguments(
            "claims of another token",
            input.split("\\.", -1)[0]
                + "."
                + encode(CLAIMS.replace("acme", "evil").getBytes(StandardCharsets.UTF_8))
                + "."
                + signature));
    cases.add(
        arguments(
            "a token of enormous length",
            signed(HEADER, CLAIMS.replace("t1", "t".repeat(10_000)))));
    cases.add(
        arguments("deeply nested claims", signed(HEADER, "[".repeat(2_000) + "]".repeat(2_000))));
  }

  /** The same bytes with the unused last bits of base64 set. */
  private static String sloppy(String token) {
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = token.length() - 1;
    return token.substring(0, last) + digits.charAt(digits.indexOf(token.charAt(last)) + 1);
  }

  /** The malleable twin of an Ed25519 signature: S + L instead of S (RFC 8032 section 8.4). */
  private static byte[] plusOrder(byte[] signature) {
    byte[] order =
        java.util.HexFormat.of()
            .parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    byte[] twin = signature.clone();
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      int sum = (twin[32 + i] & 0xff) + (order[i] & 0xff) + carry;
      twin[32 + i] = (byte) sum;
      carry = sum >> 8;
    }
    return twin;
  }

  private static byte[] rawPublicKey() {
    return Ed25519.raw(PAIR.getPublic());
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String input(String header, String claims) {
    return encode(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + encode(claims.getBytes(StandardCharsets.UTF_8));
  }

  private static String unsigned(String header) {
    return input(header, CLAIMS);
  }

  private static String signed(String header, String claims) {
    return signed("Ed25519", header, claims, KEY.privateKey());
  }

  private static String signed(String algorithm, String header, String claims, KeyPair pair) {
    return signed(algorithm, header, claims, pair.getPrivate());
  }

  private static String signed(String algorithm, String header, String claims, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      String input = input(header, claims);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String header, byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String input = unsigned(header);
    return input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private ForgedTokens() {}
}
