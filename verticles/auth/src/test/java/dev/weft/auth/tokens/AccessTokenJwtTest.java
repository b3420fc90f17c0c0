package dev.weft.auth.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.auth.tokens.SigningKeys.SigningKey;
import dev.weft.contracts.Identity;
import dev.weft.contracts.auth.JwkSet;
import dev.weft.node.identity.Ed25519;
import dev.weft.node.identity.InvalidTokenException;
import dev.weft.node.identity.Jws;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class AccessTokenJwtTest {
  static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  static final KeyPair PAIR = Ed25519.generate();
  static final SigningKey KEY = new SigningKey("kid-1", PAIR.getPublic(), PAIR.getPrivate(), NOW);
  private static final Identity ALICE =
      new Identity("acme", "alice", Set.of("chat:invoke", "rag:read"), "k1234567");

  private final SignatureCheck check;

  AccessTokenJwtTest(Vertx vertx) {
    check = new SignatureCheck(vertx, new JwkSet(List.of(Ed25519.jwk(KEY.id(), KEY.publicKey()))));
  }

  @Test
  void anIssuedTokenReadsBack() throws Exception {
    String token = AccessTokenJwt.issue(KEY, ALICE, NOW, NOW.plusSeconds(600));

    AccessTokenJwt read = AccessTokenJwt.read(token, check, NOW);

    assertThat(read.identity()).isEqualTo(ALICE);
    assertThat(read.expiresAt()).isEqualTo(NOW.plusSeconds(600));
    assertThat(read.id()).hasSize(22);
    assertThat(Jws.parse(token, "at+jwt").keyId()).isEqualTo("kid-1");
  }

  @Test
  void theUnforgedTokenOfTheTableIsAccepted() throws Exception {
    assertThat(AccessTokenJwt.read(ForgedTokens.genuine(), check, NOW)).isNotNull();
  }

  @Test
  void aTokenOfAKeyThatIsNoLongerInForceIsRefused(Vertx vertx) {
    KeyPair next = Ed25519.generate();
    SignatureCheck later =
        new SignatureCheck(vertx, new JwkSet(List.of(Ed25519.jwk("kid-1", next.getPublic()))));

    assertThatThrownBy(() -> AccessTokenJwt.read(ForgedTokens.genuine(), later, NOW))
        .isInstanceOf(InvalidTokenException.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.weft.auth.tokens.ForgedTokens#all")
  void aForgedTokenIsRefused(String how, String token) {
    assertThatThrownBy(() -> AccessTokenJwt.read(token, check, NOW))
        .as(how)
        .isInstanceOf(InvalidTokenException.class)
        .message()
        .doesNotContain("alice");
  }
}
