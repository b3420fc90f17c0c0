package dev.weft.testkit.upstream;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** One thing a {@link Script} does with the connection. */
public sealed interface Step {

  /** Sends status and headers by themselves. */
  record Head() implements Step {}

  /** Sends bytes of the body (after the head, if that was not sent yet). */
  record Write(Buffer bytes) implements Step {
    public static Write of(String text) {
      return new Write(Buffer.buffer(text));
    }
  }

  /** Waits; what was written before is on the wire. */
  record Wait(Duration time) implements Step {}

  /** Lets what was written go out in a packet of its own. */
  record Flush() implements Step {}

  /** Does nothing any more, with the connection open, until the client closes it. */
  record Stall() implements Step {}

  /** Closes the connection without ending the response. */
  record Cut() implements Step {}

  /** Sends the bytes over and over, as fast as the client takes them, until it closes. */
  record Flood(Buffer bytes) implements Step {}
}
