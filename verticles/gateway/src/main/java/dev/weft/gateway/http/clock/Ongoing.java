package dev.weft.gateway.http.clock;

/** An answer in progress that wants to know what happens around it. Event loop only. */
public interface Ongoing {
  /** Time passes; called at least as often as the shortest limit asks. */
  void tick(long nowNanos);

  /** Nobody reads any more. */
  void clientGone();

  /** The gateway stops: end now. */
  void stopping();
}
