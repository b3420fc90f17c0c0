package dev.weft.all.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What {@code weft status} shows. */
class StatusScreenTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private static final String SERVICES =
      """
      {"status":"degraded","version":"0.1.0","services":[
        {"service":"chat","status":"up","since":"2026-11-28T11:59:30Z","checks":[
          {"name":"provider openai","status":"up","detail":"http://x, answered"}]},
        {"service":"rag","status":"down","since":"2026-11-25T08:00:00Z","checks":[
          {"name":"service","status":"down","detail":"rag left","needs":"Start it:\\u001b[2J go"}]}]
      """;

  private static final String NODES =
      """
      ,"nodes":[
        {"node":"chat-1","version":"0.1.0","state":"ready","services":["chat"],"inFlight":3,
         "since":"2026-11-28T10:55:00Z"},
        {"node":"chat-2","version":"0.2.0","state":"draining","services":["chat"],"inFlight":0,
         "since":"2026-11-28T11:58:50Z"}]
      """;

  @Test
  void itShowsServicesAllNodesOfEachAndWhatTheyDependOn() throws Exception {
    assertThat(lines(SERVICES + NODES + "}", Locale.ROOT))
        .containsExactly(
            "Weft is degraded; the gateway has version 0.1.0.",
            "",
            "SERVICE  STATE  NODES  FOR",
            "chat     up     2      30s",
            "rag      down   0      3d 4h",
            "",
            "NODE    VERSION  STATE     CALLS  UP FOR  SERVICES",
            "chat-1  0.1.0    ready     3      1h 5m   chat",
            "chat-2  0.2.0    draining  0      1m 10s  chat",
            "",
            "CHECK            SERVICE  STATE  DETAIL",
            "provider openai  chat     up     http://x, answered",
            "service          rag      down   rag left → Start it:?[2J go");
  }

  @Test
  void itShowsTheSameInChinese() throws Exception {
    assertThat(lines(SERVICES + NODES + "}", Locale.CHINESE))
        .contains(
            "Weft 部分可用；网关版本为 0.1.0。",
            "服务  状态    节点数  持续",
            "chat  正常    2       30s",
            "rag   不可用  0       3d 4h");
  }

  @Test
  void withoutTheRightItSaysWhatTheKeyLacks() throws Exception {
    assertThat(lines(SERVICES + "}", Locale.ROOT))
        .contains("chat     up     ?      30s")
        .last()
        .asString()
        .contains("metrics:read");
  }

  @Test
  void timesAreShownInTheirTwoLargestUnits() {
    assertThat(StatusScreen.span(Duration.ofSeconds(-3))).isEqualTo("0s");
    assertThat(StatusScreen.span(Duration.ofSeconds(59))).isEqualTo("59s");
    assertThat(StatusScreen.span(Duration.ofSeconds(3_599))).isEqualTo("59m 59s");
    assertThat(StatusScreen.span(Duration.ofHours(49))).isEqualTo("2d 1h");
  }

  private static List<String> lines(String health, Locale language) throws Exception {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    Terminal terminal = new Terminal(nowhere, nowhere, Messages.in(language), false);
    return new StatusScreen(terminal, NOW).lines(Json.mapper().readTree(health));
  }
}
