package dev.weft.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import dev.weft.mesh.CallContext;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/** Lines for people: {@code 12:01:02.123 INFO chat Message key=value req_1f…}. */
final class TextLines extends LineEncoder {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private static final String OWN = "dev.weft.";
  private static final int AREA_WIDTH = 8;

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(128);
    line.append(TIME.format(event.getInstant())).append(' ');
    pad(line, event.getLevel().toString(), 5);
    line.append(' ');
    pad(line, area(event.getLoggerName()), AREA_WIDTH);
    line.append(' ').append(event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(' ').append(pair.key).append('=').append(pair.value);
      }
    }
    CallContext call = CallContext.current();
    if (call != null) {
      line.append(' ').append(call.requestId());
    }
    boolean fault = event.getThrowableProxy() != null && event.getLevel() != Level.INFO;
    if (fault && !hasTrace(event)) {
      line.append(" (").append(failure(event)).append(')');
    }
    line.append('\n');
    if (fault && hasTrace(event)) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The module for our own loggers, the class for others. */
  private static String area(String logger) {
    if (logger.startsWith(OWN)) {
      int end = logger.indexOf('.', OWN.length());
      return logger.substring(OWN.length(), end < 0 ? logger.length() : end);
    }
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void pad(StringBuilder line, String text, int width) {
    line.append(text);
    for (int i = text.length(); i < width; i++) {
      line.append(' ');
    }
  }
}
