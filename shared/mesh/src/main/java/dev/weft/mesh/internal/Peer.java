package dev.weft.mesh.internal;

import dev.weft.contracts.WeftError;
import dev.weft.mesh.Directory;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Another node: what it said last, and what runs between it and this one. Thread-safe. */
final class Peer {
  /** Its id in the cluster, which its inbox address is made of. */
  final String clusterId;

  /** Calls of this node that the peer works on, by id. */
  final Map<Long, CallLink> calls = new ConcurrentHashMap<>();

  /** Calls of the peer that this node works on, by id. */
  final Map<Long, ServedLink> served = new ConcurrentHashMap<>();

  /** Bytes handed to the bus and not yet written to the peer's socket. */
  final AtomicLong bytesOnTheWay = new AtomicLong();

  private volatile @Nullable Beat beat;
  private final AtomicLong heardNanos = new AtomicLong(System.nanoTime());
  private volatile boolean refusing;
  private volatile boolean gone;

  Peer(String clusterId) {
    this.clusterId = clusterId;
  }

  /** A call to the peer. Frames are given on the inbox's context, losses on any. */
  interface CallLink {
    void reply(Buffer body);

    void items(MultiMap headers, Buffer body, boolean last);

    void error(WeftError error);

    /** The peer did not take it. */
    void refused();

    /**
     * The peer is gone.
     *
     * @param sent false when the call cannot have reached it
     */
    void lost(boolean sent);

    boolean isStream();

    /** A sign of life for the stream has come. */
    void alive();

    /** When the last frame or sign of life came. */
    long heardNanos();

    /** Nothing has come for too long. */
    void silent();
  }

  /** A call from the peer. Called on the inbox's context, losses on any. */
  interface ServedLink {
    void credit(int cost);

    /** The caller gave up, left or fell silent. */
    void abandon();

    boolean isStream();

    void alive();

    long heardNanos();
  }

  /** Notes what the peer says; true when it differs from before in what matters to callers. */
  boolean heard(Beat newBeat) {
    Beat before = beat;
    beat = newBeat;
    heard();
    refusing = false;
    return before == null || !before.saysTheSameAs(newBeat);
  }

  void heard() {
    heardNanos.set(System.nanoTime());
  }

  /** Leaves out the time in which this node itself did not look. */
  void forgive(long nanos) {
    heardNanos.addAndGet(nanos);
  }

  long silentNanos(long now) {
    return now - heardNanos.get();
  }

  @Nullable Beat beat() {
    return beat;
  }

  /** Whether it takes large bodies in parts. */
  boolean takesParts() {
    Beat said = beat;
    return said != null && said.takesParts();
  }

  /** The largest request or reply it takes. */
  int maxMessageBytes() {
    return takesParts() ? Wire.MAX_IN_PARTS_BYTES : Wire.MAX_MESSAGE_BYTES;
  }

  /** The largest item of a stream it takes. */
  int maxItemBytes() {
    return takesParts() ? Wire.MAX_IN_PARTS_BYTES : Wire.MAX_ITEM_BYTES;
  }

  /** The name to show people. */
  String name() {
    Beat said = beat;
    return said == null ? clusterId : said.node();
  }

  /** It is gone: what is given to it from now on is lost. */
  void leave() {
    gone = true;
  }

  boolean isGone() {
    return gone;
  }

  /** It refused a call: it gets no more until it speaks again. */
  void refuses() {
    refusing = true;
  }

  boolean takesCallsTo(String endpoint) {
    Beat said = beat;
    return said != null
        && !refusing
        && said.state() == Directory.NodeState.READY
        && said.endpoints().contains(endpoint);
  }

  /** How busy it is: what it said it works on, and what this node has there. */
  int load() {
    Beat said = beat;
    return calls.size() + (said == null ? 0 : said.inFlight());
  }
}
