package dev.weft.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.weft.node.Profile;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.config.NodeKeys.LogFormat;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.event.KeyValuePair;

/**
 * Sets the log up in code, which starts faster than a file does. Lines go to standard error. A
 * configuration named with {@code -Dlogback.configurationFile} is left as it is.
 */
public final class Logging {

  /** Libraries that say much at INFO. */
  private static final String[] QUIET = {"io.netty", "io.vertx", "com.hazelcast", "org.flywaydb"};

  /**
   * Their errors reach whoever starts the node, who tells them in other words and without traces.
   */
  private static final String[] TOLD_ELSEWHERE = {
    "com.hazelcast.instance.AddressPicker",
    "com.hazelcast.internal.server.tcp.TcpServerAcceptor", // refused connections: the mesh counts
    "io.vertx.core.impl.VertxImpl"
  };

  /** One warning for each try to reach a node that left; the mesh tells that it left. */
  private static final String REFUSED_CONNECTIONS =
      "com.hazelcast.internal.server.tcp.TcpServerConnectionErrorHandler";

  private static final String OWN_FILE = "logback.configurationFile";

  /**
   * Applies the settings.
   *
   * @param name of the process, on every line
   */
  public static void configure(Config config, String name) {
    if (System.getProperty(OWN_FILE) != null
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    LogFormat format = config.get(NodeKeys.LOG_FORMAT);
    boolean json =
        format == LogFormat.JSON
            || (format == LogFormat.AUTO && config.get(NodeKeys.PROFILE) == Profile.PROD);
    apply(
        context,
        json ? new JsonLines(name) : new TextLines(),
        Level.toLevel(config.get(NodeKeys.LOG_LEVEL).name()));
  }

  /**
   * Loads what a warning with its cause needs, without a line: the first one may have to be written
   * when classes cannot be loaded any more.
   */
  public static void loadAhead() {
    Throwable cause = new IllegalStateException("not logged", new IllegalStateException("either"));
    Object ignored =
        LoggerFactory.getLogger(Logging.class)
            .makeLoggingEventBuilder(org.slf4j.event.Level.WARN)
            .addKeyValue("key", "value")
            .setCause(cause);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      LoggingEvent event =
          new LoggingEvent(
              Logging.class.getName(), root, Level.WARN, "{}", cause, new Object[] {1});
      event.addKeyValuePair(new KeyValuePair("key", "value"));
      event.prepareForDeferredProcessing();
      root.iteratorForAppenders()
          .forEachRemaining(
              appender -> {
                if (appender instanceof OutputStreamAppender<ILoggingEvent> lines) {
                  byte[] unused = lines.getEncoder().encode(event);
                }
              });
    }
  }

  /** Names the node on the lines that follow. */
  public static void instance(String nodeId) {
    JsonLines.instance(nodeId);
  }

  static void apply(LoggerContext context, Encoder<ILoggingEvent> encoder, Level level) {
    context.reset();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.addFilter(new RepeatedLines(System::nanoTime));
    console.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    context.getLogger("dev.weft").setLevel(level);
    for (String name : QUIET) {
      context.getLogger(name).setLevel(Level.WARN);
    }
    for (String name : TOLD_ELSEWHERE) {
      context.getLogger(name).setLevel(Level.OFF);
    }
    context.getLogger(REFUSED_CONNECTIONS).setLevel(Level.ERROR);
    // Warns at every start that an incubator module is off; turning that on would warn as well.
    context.getLogger("org.apache.lucene.internal.vectorization").setLevel(Level.ERROR);
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  private Logging() {}
}
