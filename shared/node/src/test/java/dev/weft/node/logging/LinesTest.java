package dev.weft.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.event.KeyValuePair;

@ExtendWith(VertxExtension.class)
class LinesTest {

  private final LoggerContext context = new LoggerContext();

  @Test
  void aJsonLineHoldsTheFieldsAndItsKeyValues() throws IOException {
    JsonLines.instance("chat-1");
    LoggingEvent event = event("dev.weft.chat.Relay", Level.INFO, "Answered \"{}\"", "a\nb");
    event.addKeyValuePair(new KeyValuePair("tokens", 42));
    event.addKeyValuePair(new KeyValuePair("model", "gpt"));
    String line = text(new JsonLines("chat").encode(event));
    assertThat(line).endsWith("\n").hasLineCount(1);
    JsonNode json = JsonMapper.builder().build().readTree(line);
    assertThat(json.path("ts").textValue()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(json.path("level").textValue()).isEqualTo("INFO");
    assertThat(json.path("service").textValue()).isEqualTo("chat");
    assertThat(json.path("instance").textValue()).isEqualTo("chat-1");
    assertThat(json.path("msg").textValue()).isEqualTo("Answered \"a\nb\"");
    assertThat(json.path("logger").textValue()).isEqualTo("dev.weft.chat.Relay");
    assertThat(json.path("tokens").intValue()).isEqualTo(42);
    assertThat(json.path("model").textValue()).isEqualTo("gpt");
    assertThat(json.has("request_id")).isFalse();
  }

  @Test
  void aLineOfACallNamesItsRequestAndTrace(Vertx vertx) throws Exception {
    CallContext call = CallContext.background(Duration.ofSeconds(5));
    LoggingEvent event = event("dev.weft.chat.Relay", Level.INFO, "Answered");
    CompletableFuture<String> lines = new CompletableFuture<>();
    Contexts.duplicate(vertx.getOrCreateContext())
        .runOnContext(
            start -> {
              call.attach();
              lines.complete(
                  text(new JsonLines("chat").encode(event)) + text(new TextLines().encode(event)));
            });
    assertThat(lines.get())
        .contains("\"request_id\":\"" + call.requestId() + "\"")
        .contains("\"trace_id\":\"" + call.traceId() + "\"")
        .endsWith("Answered " + call.requestId() + "\n");
  }

  @Test
  void aLineForPeopleIsOneLineWithModuleAndKeyValues() {
    LoggingEvent event = event("dev.weft.chat.relay.Relay", Level.WARN, "Slow answer");
    event.addKeyValuePair(new KeyValuePair("millis", 1200));
    assertThat(text(new TextLines().encode(event)))
        .matches("\\d\\d:\\d\\d:\\d\\d\\.678 WARN  chat     Slow answer millis=1200\n");
  }

  @Test
  void aFaultComesWithItsTrace() {
    LoggingEvent event = event("dev.weft.chat.Relay", Level.ERROR, "Failed");
    event.setThrowableProxy(
        new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("broken")));
    assertThat(text(new TextLines().encode(event))).contains("IllegalStateException: broken");
    assertThat(text(new JsonLines("chat").encode(event)))
        .hasLineCount(1)
        .contains("IllegalStateException: broken");
  }

  private LoggingEvent event(String logger, Level level, String message, Object... arguments) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setLoggerName(logger);
    event.setLevel(level);
    event.setMessage(message);
    event.setArgumentArray(arguments);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return event;
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.UTF_8);
  }
}
