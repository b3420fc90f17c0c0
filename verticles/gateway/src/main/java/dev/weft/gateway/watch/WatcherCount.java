package dev.weft.gateway.watch;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.gateway.GatewayKeys;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts who watches against the process's limits. Thread-safe; one for the process. */
public final class WatcherCount {
  private final int most;
  private final int mostPerKey;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Owner, Integer> byOwner = new ConcurrentHashMap<>();

  private record Owner(String tenant, String subject, String keyId) {
    static Owner of(Identity caller) {
      return new Owner(caller.tenant(), caller.subject(), caller.keyId());
    }
  }

  /**
   * @param most at once, in the process
   * @param mostPerKey of one key
   */
  public WatcherCount(int most, int mostPerKey) {
    this.most = most;
    this.mostPerKey = mostPerKey;
  }

  /**
   * Counts one more; whoever it is has to {@link #leave} once.
   *
   * @throws dev.weft.contracts.WeftException {@code gateway:watchers.rate_limited} when the key has
   *     as many as it may, {@code gateway:watchers.overloaded} when the process has; then it is not
   *     counted
   */
  public void enter(Identity caller) {
    int own = byOwner.merge(Owner.of(caller), 1, Integer::sum);
    if (own > mostPerKey) {
      leaveOwner(caller);
      throw WeftError.of(
              "gateway:watchers",
              Reason.RATE_LIMITED,
              "The key watches as many objects as it may at once: "
                  + mostPerKey
                  + " ("
                  + GatewayKeys.MAX_WATCHERS_PER_KEY.name()
                  + ").")
          .exception();
    }
    if (open.incrementAndGet() > most) {
      leave(caller);
      throw WeftError.of(
              "gateway:watchers",
              Reason.OVERLOADED,
              "As many objects are watched through this gateway as it takes at once ("
                  + GatewayKeys.MAX_WATCHERS.name()
                  + "); try again later.")
          .exception();
    }
  }

  /** One is gone. */
  public void leave(Identity caller) {
    open.decrementAndGet();
    leaveOwner(caller);
  }

  private void leaveOwner(Identity caller) {
    byOwner.computeIfPresent(Owner.of(caller), (_, count) -> count == 1 ? null : count - 1);
  }

  /** How many there are now. */
  public int open() {
    return open.get();
  }
}
