package dev.weft.gateway.http.clock;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections and requests against the process's limits. Thread-safe. */
public final class Admission {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final int maxRequests;

  public Admission(int maxRequests) {
    this.maxRequests = maxRequests;
  }

  /** Counts one more connection and returns their number. */
  public int connectionOpened() {
    return connections.incrementAndGet();
  }

  public void connectionClosed() {
    connections.decrementAndGet();
  }

  /** Counts one more request; false when there are too many, and then it is not counted. */
  public boolean tryEnter() {
    if (requests.incrementAndGet() <= maxRequests) {
      return true;
    }
    requests.decrementAndGet();
    return false;
  }

  public void leave() {
    requests.decrementAndGet();
  }

  public int connections() {
    return connections.get();
  }

  public int requests() {
    return requests.get();
  }
}
