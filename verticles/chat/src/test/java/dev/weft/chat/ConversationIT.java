package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.testkit.upstream.Chunks;
import dev.weft.testkit.upstream.Script;
import dev.weft.testkit.upstream.Step;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConversationIT {

  private ChatHouse house =
      ChatHouse.open(settings -> settings.set(ChatKeys.HISTORY_CHARACTERS, 2_000));

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void theNextTurnKnowsWhatWasSaidAndSurvivesARestart() {
    say("c", "My name is Ann.");
    assertThat(stream("c", "And I am 7.")).endsWith(Chunks.DONE);
    house.node = house.node.restart(new ChatService(), new FakeRag());
    say("c", "What do you know?");
    assertThat(seen(2))
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                + "{\"role\":\"user\",\"content\":\"My name is Ann.\"},"
                + "{\"role\":\"assistant\",\"content\":\"word0 word1 word2 \",\"refusal\":null},"
                + "{\"role\":\"user\",\"content\":\"And I am 7.\"},"
                + "{\"role\":\"assistant\",\"content\":\"word0 word1 word2 \"},"
                + "{\"role\":\"user\",\"content\":\"What do you know?\"}]");
    assertThat(house.upstream.completions().get(2).bodyText()).doesNotContain("conversation");
  }

  @Test
  void tenantsDoNotShareConversations() {
    say("c", "A secret of acme.");
    house
        .node
        .mesh()
        .call(
            ChatApi.CREATE_COMPLETION,
            Raw.of(body("scripted", "c", "Hello.", false)),
            house.node.as("umbrella", "bob", "chat:invoke"))
        .await();
    assertThat(seen(1)).doesNotContain("secret");
  }

  @Test
  void oneTurnAtATime() throws Exception {
    StreamProbe first =
        house.streamBody(body("scripted?events=60&gap=20", "c", "One.", true)).awaitText("word0");
    WeftError busy = house.failure(body("scripted", "c", "Two.", false));
    assertThat(busy.code()).isEqualTo("chat:conversation.busy");
    assertThat(busy.retryable()).isTrue();
    assertThat(house.create("scripted")).contains("word0");
    say("other", "Elsewhere.");
    first.awaitAll();
    say("c", "Three.");
    assertThat(seen(3)).contains("One.").contains("word59").doesNotContain("Two.");
  }

  @Test
  void aPartialAnswerIsKeptAsSuch() throws Exception {
    StreamProbe given = house.streamBody(body("stall-middle", "c", "One.", true));
    given.awaitText("word0").stream().cancel();
    sayWhenFree("c", "Two.");
    assertThat(seen(1))
        .contains("One.\"},{\"role\":\"assistant\",\"content\":\"word0 \"},")
        .endsWith("Two.\"}]");
    assertThat(house.streamBody(body("cut-middle", "c", "Three.", true)).awaitFailure())
        .isNotNull();
    say("c", "Four.");
    assertThat(states("c"))
        .containsExactly(
            "user completed",
            "assistant incomplete",
            "user completed",
            "assistant completed",
            "user completed",
            "assistant incomplete",
            "user completed",
            "assistant completed");
  }

  @Test
  void aTurnWithoutAnAnswerLeavesNothingAndIsOverWhenTold() {
    for (int i = 0; i < 10; i++) {
      assertThat(house.failure(body("error-500", "c", "One.", false)).code())
          .isNotEqualTo("chat:conversation.busy");
      assertThat(house.streamBody(body("error-500", "c", "One.", true)).awaitFailure().code())
          .isNotEqualTo("chat:conversation.busy");
    }
    say("c", "Two.");
    assertThat(states("c")).hasSize(2);
  }

  @Test
  void aTurnThatCouldNotBeKeptIsOverWhenTheDatabaseTakesWritesAgain() {
    var database = house.node.context("chat").database();
    database
        .query(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
                + " EXCEPTION 'planted' USING ERRCODE = '53100'; END $$")
        .execute()
        .await();
    database
        .query(
            "CREATE TRIGGER full_disk BEFORE INSERT ON conversation_items FOR EACH ROW EXECUTE"
                + " FUNCTION full_disk()")
        .execute()
        .await();
    for (int i = 0; i < 3; i++) {
      WeftError error = house.failure(body("scripted", "c", "One.", false));
      assertThat(error.code()).isEqualTo("chat:storage.full.unavailable");
      assertThat(error.message()).contains("disk").contains("'c'");
    }
    database.query("DROP TRIGGER full_disk ON conversation_items").execute().await();
    say("c", "Two.");
    assertThat(states("c")).hasSize(2);
  }

  @Test
  void aLongHistoryLosesItsOldestTurns() {
    for (int i = 0; i < 12; i++) {
      say("c", "Round " + i + " " + "x".repeat(200));
    }
    assertThat(seen(11)).contains("Round 10").contains("Round 8").doesNotContain("Round 0 ");
    assertThat(seen(11))
        .startsWith("[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\"");
  }

  @Test
  void aMessageBeyondTheLimitIsSentWholeInTheNextTurnAndShortenedLater() {
    String document = "document " + "x".repeat(9_000);
    say("c", "The code is 4711.");
    say("c", document);
    String answer = house.createBody(body("scripted", "c", "What was the code?", false));
    assertThat(seen(2)).contains("4711").contains(document);
    assertThat(answer).doesNotContain("\"weft\"");
    answer = house.createBody(body("scripted", "c", "And now?", false));
    assertThat(seen(3)).contains("4711").contains("document xxx").contains("left out here");
    assertThat(seen(3)).doesNotContain(document);
    assertThat(answer)
        .contains("\"history\":{")
        .contains("\"messages_shortened\":1")
        .contains("\"messages_left_out\":0");
  }

  @Test
  void whatIsForgottenIsTold() {
    for (int i = 0; i < 12; i++) {
      say("c", "Round " + i + " " + "x".repeat(200));
    }
    assertThat(house.streamBody(body("scripted", "c", "Again.", true)).awaitAll())
        .containsPattern("\"weft\":\\{\"history\":\\{[^}]*\"messages_left_out\":1?[0-9]");
  }

  @Test
  void halfACallOfAToolLeavesNothing() throws Exception {
    house.upstream.on(
        "tool-hold",
        Script.events(
            Step.Write.of(Chunks.role("tool-hold", false)),
            Step.Write.of(
                "data:"
                    + " {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\n\n"),
            new Step.Stall()));
    StreamProbe probe = house.streamBody(body("tool-hold", "c", "Use it.", true));
    probe.awaitText("tool_calls").stream().cancel();
    sayWhenFree("c", "Never mind.");
    assertThat(states("c")).hasSize(2);
  }

  @Test
  void aDeadNodesTurnIsFreeWhenItsLeaseHasPassed() {
    house.close();
    house =
        ChatHouse.open(
            settings -> settings.set(ChatKeys.CONVERSATION_LEASE, Duration.ofMillis(900)));
    // What a killed node leaves behind: a lease that nobody renews.
    house
        .node
        .context("chat")
        .database()
        .query(
            "INSERT INTO conversations (tenant, name, lease_token, lease_until) VALUES"
                + " ('acme', 'c', gen_random_uuid(), now() + interval '900 milliseconds')")
        .execute()
        .await();
    assertThat(house.failure(body("scripted", "c", "One.", false)).code())
        .isEqualTo("chat:conversation.busy");
    sayWhenFree("c", "Two.");
  }

  @Test
  void aTurnThatTakesLongKeepsItsLease() throws Exception {
    house.close();
    house =
        ChatHouse.open(
            settings -> settings.set(ChatKeys.CONVERSATION_LEASE, Duration.ofMillis(300)));
    StreamProbe slow =
        house.streamBody(body("scripted?events=30&gap=40", "c", "One.", true)).awaitText("word20");
    assertThat(house.failure(body("scripted", "c", "Two.", false)).code())
        .isEqualTo("chat:conversation.busy");
    slow.awaitAll();
  }

  @Test
  void anAnswerThatCannotBeKeptDoesNotEndWell() throws Exception {
    house.upstream.on(
        "slow",
        Script.events(
            Step.Write.of(Chunks.role("slow", false)),
            Step.Write.of(Chunks.content("slow", "half", false)),
            new Step.Wait(Duration.ofMillis(400)),
            Step.Write.of(Chunks.finish("slow", "stop", false)),
            Step.Write.of(Chunks.DONE)));
    StreamProbe probe = house.streamBody(body("slow", "c", "One.", true)).awaitText("half");
    house
        .node
        .context("chat")
        .database()
        .query("UPDATE conversations SET lease_token = gen_random_uuid()")
        .execute()
        .await();
    assertThat(probe.awaitFailure().code()).isEqualTo("chat:conversation.conflict");
    assertThat(probe.text()).doesNotContain("[DONE]");
    assertThat(states("c")).isEmpty();
  }

  @Test
  void theBuiltInModelRemembersToo() {
    assertThat(house.createBody(body("weft-offline", "c", "The whale is called Moby.", false)))
        .contains("weft-offline");
    assertThat(
            house
                .streamBody(body("weft-offline", "c", "What is the whale called?", true))
                .awaitAll())
        .contains("Moby");
    assertThat(states("c")).hasSize(4);
  }

  private void say(String conversation, String text) {
    assertThat(house.createBody(body("scripted", conversation, text, false))).contains("word2");
  }

  /** What ends a request after a failure happens behind the client's back. */
  private void sayWhenFree(String conversation, String text) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      try {
        say(conversation, text);
        return;
      } catch (WeftException e) {
        assertThat(e.error().code()).isEqualTo("chat:conversation.busy");
        assertThat(System.nanoTime()).isLessThan(end);
      }
    }
  }

  private String stream(String conversation, String text) {
    return house.streamBody(body("scripted", conversation, text, true)).awaitAll();
  }

  private static String body(String model, String conversation, String text, boolean stream) {
    return "{\"model\":\""
        + model
        + "\",\"conversation\":\""
        + conversation
        + "\",\"stream\":"
        + stream
        + ",\"messages\":[{\"role\":\"system\",\"content\":\"Be"
        + " kind.\"},{\"role\":\"user\",\"content\":\""
        + text
        + "\"}]}";
  }

  /** The messages of the provider's n-th request. */
  private String seen(int index) {
    String body = house.upstream.completion(index).await().bodyText();
    int start = body.indexOf("\"messages\":") + "\"messages\":".length();
    return body.substring(start, body.lastIndexOf(']') + 1);
  }

  private List<String> states(String conversation) {
    List<String> out = new ArrayList<>();
    house
        .node
        .context("chat")
        .database()
        .preparedQuery(
            "SELECT role || ' ' || status AS line FROM conversation_items JOIN conversations ON id"
                + " = conversation_id WHERE name = $1 ORDER BY seq")
        .execute(Tuple.of(conversation))
        .await()
        .forEach(row -> out.add(row.getString("line")));
    return out;
  }
}
