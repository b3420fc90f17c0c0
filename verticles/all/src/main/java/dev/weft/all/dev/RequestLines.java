package dev.weft.all.dev;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.logging.Logging;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Keeps the screen of a person quiet: warnings, and one line for each request. Lines go to standard
 * error.
 */
public final class RequestLines extends AppenderBase<ILoggingEvent> {
  private static final String ACCESS_LOG = "dev.weft.access";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final int FIRST_CLIENT_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  private final Terminal terminal;

  private RequestLines(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Configures the log of a process that a person watches. Whoever has set how the log should be
   * gets it so.
   */
  public static void configureLog(Config config, Terminal terminal) {
    Logging.configure(config, "weft");
    boolean asWished =
        !config.origin(NodeKeys.LOG_FORMAT).equals("default")
            || !config.origin(NodeKeys.LOG_LEVEL).equals("default");
    if (asWished || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      ThresholdFilter warnings = new ThresholdFilter();
      warnings.setLevel(Level.WARN.toString());
      warnings.start();
      all.next().addFilter(warnings);
    }
    RequestLines lines = new RequestLines(terminal);
    lines.setContext(context);
    lines.start();
    Logger access = context.getLogger(ACCESS_LOG);
    access.setAdditive(false);
    access.addAppender(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String status = value(event, "status");
    StringBuilder line = new StringBuilder();
    line.append(terminal.dim(TIME.format(event.getInstant()))).append("  ");
    line.append(value(event, "method")).append(' ').append(route(event)).append("  ");
    line.append(coloured(status)).append("  ");
    line.append(value(event, "duration_ms")).append(" ms");
    for (String more : new String[] {"model", "error"}) {
      String text = value(event, more);
      if (!text.isEmpty()) {
        line.append("  ").append(terminal.dim(text));
      }
    }
    terminal.err().println(line);
  }

  /** The route's template: a path may hold what is nobody's business. */
  private String route(ILoggingEvent event) {
    String route = value(event, "route");
    return route.equals("none") ? terminal.messages().text("dev.unknownRoute") : route;
  }

  private String coloured(String status) {
    int code = status.isEmpty() ? 0 : Integer.parseInt(status);
    if (code >= FIRST_SERVER_ERROR) {
      return terminal.red(status);
    }
    return code >= FIRST_CLIENT_ERROR ? terminal.yellow(status) : terminal.green(status);
  }

  private static String value(ILoggingEvent event, String key) {
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        if (pair.key.equals(key)) {
          return String.valueOf(pair.value);
        }
      }
    }
    return "";
  }
}
