package dev.weft.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Identity;
import dev.weft.contracts.auth.Jwk;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTokenTest {
  private static final KeyPair KEYS = Ed25519.generate();
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Identity ALICE =
      new Identity("acme", "alice", Set.of("chat:invoke", "rag:read"), "k1234567");

  @Test
  void whatWasSignedIsRead() throws Exception {
    IdentityToken token = new IdentityToken(ALICE, "jti-1", NOW, NOW.plusSeconds(60), null);

    Jws parsed = Jws.parse(token.sign("kid-1", KEYS.getPrivate()), IdentityToken.TYPE);

    assertThat(parsed.keyId()).isEqualTo("kid-1");
    assertThat(IdentityToken.read(parsed, KEYS.getPublic(), NOW)).isEqualTo(token);
  }

  @Test
  void aKeySurvivesTheWayThroughItsJwk() throws Exception {
    Jwk jwk = Ed25519.jwk("kid-1", KEYS.getPublic());

    assertThat(Ed25519.publicKey(jwk)).isEqualTo(KEYS.getPublic());
    assertThat(Ed25519.publicKey(Ed25519.raw(KEYS.getPublic()))).isEqualTo(KEYS.getPublic());
  }

  @Test
  void aChangedTokenIsRefused() {
    String token = token(Map.of());
    String payload = token.split("\\.", -1)[1];
    String forged =
        new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8)
            .replace("acme", "evil");

    assertRefused(
        token.replace(
            payload,
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(forged.getBytes(StandardCharsets.UTF_8))),
        "signature");
  }

  @Test
  void aTokenOfAnotherKeyIsRefused() {
    IdentityToken token = new IdentityToken(ALICE, null, NOW, NOW.plusSeconds(60), null);

    assertRefused(token.sign("kid-1", Ed25519.generate().getPrivate()), "signature");
  }

  @Test
  void aTokenOfAnotherTypeIsRefused() {
    assertRefused(Jws.sign("at+jwt", "kid-1", KEYS.getPrivate(), claims()), "type");
  }

  @Test
  void anExpiredTokenIsRefusedAfterTheSkewOfClocks() throws Exception {
    String token = token(Map.of());
    Jws parsed = Jws.parse(token, IdentityToken.TYPE);

    assertThat(IdentityToken.read(parsed, KEYS.getPublic(), NOW.plusSeconds(64))).isNotNull();
    assertThatThrownBy(() -> IdentityToken.read(parsed, KEYS.getPublic(), NOW.plusSeconds(65)))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void aTokenThatLivesLongerThanAMinuteIsRefused() {
    assertRefused(token(Map.of("exp", NOW.getEpochSecond() + 61)), "life");
  }

  @Test
  void aTokenFromTheFutureIsRefused() {
    long later = NOW.getEpochSecond() + 6;
    assertRefused(token(Map.of("iat", later, "exp", later + 10)), "future");
  }

  @Test
  void aTokenWithoutTenantSubjectOrScopesIsRefused() {
    assertRefused(token(Map.of("tenant", "")), "tenant");
    assertRefused(token(Map.of("sub", 7)), "sub");
    assertRefused(token(Map.of("scopes", "*")), "scopes");
    assertRefused(token(Map.of("iss", "other")), "iss");
  }

  private static Map<String, Object> claims() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", "weft");
    claims.put("sub", "alice");
    claims.put("tenant", "acme");
    claims.put("scopes", List.of("chat:invoke"));
    claims.put("key", "k1234567");
    claims.put("iat", NOW.getEpochSecond());
    claims.put("exp", NOW.getEpochSecond() + 60);
    return claims;
  }

  private static String token(Map<String, Object> changes) {
    Map<String, Object> claims = claims();
    claims.putAll(changes);
    return Jws.sign(IdentityToken.TYPE, "kid-1", KEYS.getPrivate(), claims);
  }

  private static void assertRefused(String token, String reason) {
    assertThatThrownBy(
            () -> IdentityToken.read(Jws.parse(token, IdentityToken.TYPE), KEYS.getPublic(), NOW))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining(reason);
  }
}
