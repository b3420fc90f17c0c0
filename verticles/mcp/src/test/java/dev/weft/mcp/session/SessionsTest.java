package dev.weft.mcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Identity ALICE = new Identity("acme", "alice", Set.of(), "k1");
  private static final Identity BOB = new Identity("acme", "bob", Set.of(), "k2");
  private static final Identity ALICE_ELSEWHERE = new Identity("other", "alice", Set.of(), "k3");

  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final Sessions sessions = new Sessions(Duration.ofMinutes(10), 3, () -> now);

  @Test
  void aSessionIsItsPrincipalsAlone() {
    String id = sessions.begin(ALICE, "2025-11-25").id();

    assertThat(sessions.use(ALICE, id)).isPresent();
    assertThat(sessions.use(BOB, id)).isEmpty();
    assertThat(sessions.use(ALICE_ELSEWHERE, id)).isEmpty();
    assertThat(sessions.use(ALICE, "unknown")).isEmpty();
  }

  @Test
  void idsCannotBeGuessed() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String id = sessions.begin(ALICE, "2025-11-25").id();
      assertThat(id).matches("[A-Za-z0-9_-]{32}");
      assertThat(seen.add(id)).isTrue();
    }
  }

  @Test
  void anEndedSessionIsGone() {
    Session session = sessions.begin(ALICE, "2025-11-25");

    sessions.end(session);

    assertThat(sessions.use(ALICE, session.id())).isEmpty();
    assertThat(sessions.size()).isZero();
  }

  @Test
  void aSessionNobodyUsesEnds() {
    String idle = sessions.begin(ALICE, "2025-11-25").id();
    String used = sessions.begin(ALICE, "2025-11-25").id();
    now = now.plus(Duration.ofMinutes(9));
    assertThat(sessions.use(ALICE, used)).isPresent();
    now = now.plus(Duration.ofMinutes(1));

    assertThat(sessions.use(ALICE, idle)).isEmpty();
    assertThat(sessions.use(ALICE, used)).isPresent();
  }

  @Test
  void cleaningUpLeavesNothingBehind() {
    sessions.begin(ALICE, "2025-11-25");
    sessions.begin(ALICE_ELSEWHERE, "2025-11-25");
    now = now.plus(Duration.ofMinutes(5));
    String young = sessions.begin(BOB, "2025-11-25").id();
    now = now.plus(Duration.ofMinutes(5));

    sessions.endIdle();

    assertThat(sessions.size()).isEqualTo(1);
    assertThat(sessions.use(BOB, young)).isPresent();
  }

  @Test
  void oneTooManyEndsTheOneUnusedForLongest() {
    String first = sessions.begin(ALICE, "2025-11-25").id();
    String second = sessions.begin(ALICE, "2025-11-25").id();
    sessions.begin(BOB, "2025-11-25");
    sessions.begin(ALICE_ELSEWHERE, "2025-11-25");
    assertThat(sessions.use(ALICE, first)).isPresent();

    sessions.begin(BOB, "2025-11-25");

    assertThat(sessions.use(ALICE, first)).isPresent();
    assertThat(sessions.use(ALICE, second)).isEmpty();
    assertThat(sessions.size()).isEqualTo(4);
  }
}
