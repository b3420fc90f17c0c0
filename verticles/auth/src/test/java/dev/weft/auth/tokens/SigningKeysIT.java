package dev.weft.auth.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.auth.AuthService;
import dev.weft.contracts.Identity;
import dev.weft.contracts.auth.Jwk;
import dev.weft.node.identity.InvalidTokenException;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SigningKeysIT {
  private TestNode node;
  private SigningKeys keys;

  @BeforeEach
  void start() {
    node = TestNode.start(new AuthService());
    keys =
        new SigningKeys(
            node.context().vertx(),
            node.context().database(),
            node.context().masterKey(),
            Duration.ofDays(30),
            InstantSource.system());
    keys.refresh();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aKeyStaysWhileItsTimeHasNotCome() {
    String first = keys.current().id();
    letPass("29 days");

    keys.refresh();

    assertThat(published()).containsExactly(first);
  }

  @Test
  void theNextKeyIsPublishedBeforeItSignsAndTheOldOneAfter() throws Exception {
    String first = keys.current().id();
    Instant now = Instant.now();
    Identity alice = new Identity("acme", "alice", Set.of("chat:invoke"), "k1234567");
    String token = AccessTokenJwt.issue(keys.current(), alice, now, now.plusSeconds(60));
    letPass("29 days 23 hours 51 minutes");
    keys.refresh();
    String second = published().getFirst();

    assertThat(published()).containsExactly(second, first);
    assertThat(keys.current().id()).isEqualTo(first);

    letPass("11 minutes");
    keys.refresh();
    assertThat(keys.current().id()).isEqualTo(second);
    assertThat(published()).containsExactly(second, first);
    assertThat(keys.accessToken(token, now).identity()).isEqualTo(alice);

    letPass("18 minutes");
    keys.refresh();
    assertThat(published()).containsExactly(second, first);

    letPass("2 minutes");
    keys.refresh();
    assertThat(published()).containsExactly(second);
    assertThatThrownBy(() -> keys.accessToken(token, now))
        .isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void aKeyNeededAfterALongSleepIsMadeAtOnceAndSignsSoon() {
    String first = keys.current().id();
    letPass("90 days");

    keys.refresh();

    assertThat(published()).hasSize(2).endsWith(first);
    assertThat(keys.current().id()).isEqualTo(first);
  }

  private List<String> published() {
    return keys.published().keys().stream().map(Jwk::kid).toList();
  }

  /** Makes all keys older. */
  private void letPass(String interval) {
    TestDatabases.execute(
        node.database(),
        "update auth.signing_key set signs_from = signs_from - interval '" + interval + "'");
  }
}
