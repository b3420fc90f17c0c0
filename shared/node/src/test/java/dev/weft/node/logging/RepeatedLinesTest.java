package dev.weft.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.spi.FilterReply;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RepeatedLinesTest {
  private static final String CONNECTION = "com.hazelcast.internal.server.tcp.TcpServerConnection";

  private final LoggerContext context = new LoggerContext();
  private long now;
  private final RepeatedLines filter = new RepeatedLines(() -> now);

  private LoggingEvent event(String logger, Level level, String message) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setLoggerName(logger);
    event.setLevel(level);
    event.setMessage(message);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return event;
  }

  private boolean passes(LoggingEvent event) {
    return filter.decide(event) != FilterReply.DENY;
  }

  private static String closed(int id) {
    return "[127.0.0.1]:4235%d [weft-cae6299bfccf056b] [5.7.0] Connection[id=%d, remote=d697a467-ad3%d] closed"
        .formatted(id, id, id);
  }

  @Test
  void aKindPassesOnceAMinuteAndThenSaysHowManyThereWere() {
    int passed = 0;
    for (int i = 0; i < 6_000; i++) {
      if (passes(event(CONNECTION, Level.WARN, closed(i)))) {
        passed++;
      }
    }
    assertThat(passed).isOne();
    assertThat(passes(event(CONNECTION, Level.WARN, "Something else"))).isTrue();
    assertThat(passes(event(CONNECTION, Level.ERROR, closed(1)))).isTrue();
    assertThat(passes(event("io.vertx.core.eventbus.Any", Level.WARN, closed(1)))).isTrue();
    now += RepeatedLines.INTERVAL_NANOS;
    LoggingEvent next = event(CONNECTION, Level.WARN, closed(7));
    assertThat(passes(next)).isTrue();
    assertThat(next.getKeyValuePairs()).singleElement().hasToString("like_it_before=\"5999\"");
  }

  @Test
  void ownLinesAndThoseThatAreNoWarningsAllPass() {
    for (int i = 0; i < 10; i++) {
      assertThat(passes(event("dev.weft.mesh.Any", Level.WARN, "again"))).isTrue();
      assertThat(passes(event(CONNECTION, Level.INFO, "again"))).isTrue();
    }
  }

  @Test
  void aWarningOfHazelcastIsOneLineWithoutATrace() {
    LoggingEvent event = event(CONNECTION, Level.WARN, "closed");
    event.setThrowableProxy(new ThrowableProxy(new SocketException("Connection reset")));
    assertThat(new String(new TextLines().encode(event), StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("closed (java.net.SocketException: Connection reset)");
    assertThat(new String(new JsonLines("chat").encode(event), StandardCharsets.UTF_8))
        .contains("\"error\":\"java.net.SocketException: Connection reset\"");
    LoggingEvent error = event(CONNECTION, Level.ERROR, "closed");
    error.setThrowableProxy(new ThrowableProxy(new SocketException("Connection reset")));
    assertThat(new String(new TextLines().encode(error), StandardCharsets.UTF_8)).contains("\tat ");
  }

  @Test
  void theLogOfAProcessHasTheFilter() {
    Logging.apply(context, new TextLines(), Level.INFO);
    assertThat(context.getLogger("ROOT").getAppender("console").getCopyOfAttachedFiltersList())
        .singleElement()
        .isInstanceOf(RepeatedLines.class);
  }
}
