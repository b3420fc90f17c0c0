package dev.weft.gateway.auth;

import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How many credentials that turn out to be wrong one client network may have checked: a token
 * bucket for each IPv4 address and each IPv6 /64. A check takes a token and gets it back when the
 * credential is good. Thread-safe; memory is bounded.
 */
public final class RefusalLimit {
  private static final int MAX_NETWORKS = 10_000;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_NETWORK_BYTES = 8;

  private final int burst;
  private final long nanosPerToken;
  private final LongSupplier nanoClock;
  private final Map<Network, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * @param burst refused at once, at least 1
   * @param perMinute refused in the long run, at least 1
   * @param nanoClock {@link System#nanoTime()}
   */
  public RefusalLimit(int burst, int perMinute, LongSupplier nanoClock) {
    this.burst = burst;
    this.nanosPerToken = Duration.ofMinutes(1).toNanos() / perMinute;
    this.nanoClock = nanoClock;
  }

  /**
   * Takes a token.
   *
   * @param client address, as text
   * @return 0 when there was one, else the nanoseconds until there is
   */
  long take(String client) {
    long now = nanoClock.getAsLong();
    if (buckets.size() >= MAX_NETWORKS) {
      makeRoom(now);
    }
    return buckets.computeIfAbsent(Network.of(client), any -> new Bucket(now)).take(now);
  }

  /** Gives a token back. */
  void giveBack(String client) {
    Bucket bucket = buckets.get(Network.of(client));
    if (bucket != null) {
      bucket.giveBack();
    }
  }

  /** Number of networks remembered. */
  int networks() {
    return buckets.size();
  }

  /** Full ones say nothing; of the others an eighth goes, whichever comes. */
  private void makeRoom(long now) {
    buckets.values().removeIf(bucket -> bucket.isFull(now));
    Iterator<Network> any = buckets.keySet().iterator();
    while (buckets.size() > MAX_NETWORKS - MAX_NETWORKS / 8 && any.hasNext()) {
      any.next();
      any.remove();
    }
  }

  /** The part of an address that one client cannot change at will. */
  private record Network(int bytes, long bits) {
    static Network of(String client) {
      byte[] address = NetUtil.createByteArrayFromIpAddressString(client);
      if (address == null) {
        return new Network(0, 0);
      }
      int bytes = address.length == IPV4_BYTES ? IPV4_BYTES : IPV6_NETWORK_BYTES;
      long bits = 0;
      for (int i = 0; i < bytes; i++) {
        bits = bits << 8 | address[i] & 0xff;
      }
      return new Network(bytes, bits);
    }
  }

  /** What is owed to the bucket: nothing when it is full, {@code burst} tokens when it is empty. */
  private final class Bucket {
    private long fullAt;

    Bucket(long now) {
      fullAt = now;
    }

    synchronized long take(long now) {
      long full = Math.max(fullAt - now, 0) + nanosPerToken;
      long wait = full - burst * nanosPerToken;
      if (wait > 0) {
        return wait;
      }
      fullAt = now + full;
      return 0;
    }

    synchronized void giveBack() {
      fullAt -= nanosPerToken;
    }

    synchronized boolean isFull(long now) {
      return fullAt - now <= 0;
    }
  }
}
