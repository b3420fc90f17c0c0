package dev.weft.gateway.http.clock;

import dev.weft.contracts.WeftException;

/** An answer in progress that wants to know what happens around it. Event loop only. */
public interface Ongoing {
  /** Time passes; called at least as often as the shortest limit asks. */
  void tick(long nowNanos);

  /** Nobody reads any more. */
  void clientGone();

  /** The gateway is to stop: what would go on without end ends now. */
  default void draining() {}

  /** End now: the gateway stops, or the caller may not go on. */
  void endEarly(WeftException why);
}
