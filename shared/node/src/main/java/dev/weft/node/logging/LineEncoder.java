package dev.weft.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;

/** One line an event, with no head and no foot. */
abstract class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final String HAZELCAST = "com.hazelcast.";
  private static final byte[] NOTHING = new byte[0];

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  /**
   * Whether the line comes with a stack trace. Hazelcast's warnings do not: that a connection ended
   * is no fault of the code that read from it.
   */
  static boolean hasTrace(ILoggingEvent event) {
    return event.getThrowableProxy() != null
        && !(event.getLevel() == Level.WARN && event.getLoggerName().startsWith(HAZELCAST));
  }

  /** The failure without its trace; empty when there is none. */
  static String failure(ILoggingEvent event) {
    IThrowableProxy failure = event.getThrowableProxy();
    return failure == null ? "" : failure.getClassName() + ": " + failure.getMessage();
  }
}
