package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.mesh.BusMeters;
import dev.weft.mesh.Directory;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one node's mesh share: what it serves, who verifies, the coarse clock of
 * deadlines, the calls that wait for a service, the streams it produces. Thread-safe.
 */
final class MeshCore {
  private static final int MAX_WAITING = 10_000;
  private static final long DRAIN_LOOK_MILLIS = 20;

  private final Vertx vertx;
  private final MeshOptions options;
  private final String nodeId;
  private final Instant startedAt;
  private final Registry registry;
  private final LongAdder unavailable = new LongAdder();
  private final LongAdder late = new LongAdder();

  private final Deadlines deadlines = new Deadlines(System::nanoTime);
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private final Set<Running> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private volatile boolean departed;
  private volatile @Nullable IdentityVerifier verifier;

  /**
   * @param nodeId see {@code Mesh.nodeId()}
   */
  MeshCore(Vertx vertx, MeshOptions options, String nodeId) {
    this.vertx = vertx;
    this.options = options;
    this.registry = new Registry(options.meters());
    this.startedAt = options.time().instant();
    this.nodeId = nodeId;
    options.meters().show(new CoreLoad());
  }

  /** A stream this node produces. Called on any thread. */
  interface Running {
    /** Whether it only watches, so that nothing is lost when it ends. */
    boolean isWatch();

    /** This node stops: ends the stream from this side. */
    void stop();
  }

  private final class CoreLoad implements BusMeters.Load {
    @Override
    public int running() {
      return registry.running();
    }

    @Override
    public int streams() {
      return streams.size();
    }

    @Override
    public long unavailable() {
      return unavailable.sum();
    }

    @Override
    public long late() {
      return late.sum();
    }
  }

  /** A call of this node found nobody to serve it. */
  void foundNobody() {
    unavailable.increment();
  }

  /** A call of this node was not answered in time. */
  void wasLate() {
    late.increment();
  }

  /** An id that no node has had, for one without a certificate. */
  static String newNodeId(String name) {
    return name
        + "-"
        + Long.toHexString(ThreadLocalRandom.current().nextLong() | 1L << 63).substring(6);
  }

  Vertx vertx() {
    return vertx;
  }

  MeshOptions options() {
    return options;
  }

  String nodeId() {
    return nodeId;
  }

  /** This node as the directory shows it. */
  Directory.NodeInfo describe(Directory.NodeState state) {
    return new Directory.NodeInfo(
        nodeId,
        options.nodeName(),
        options.version(),
        state,
        registry.endpoints(),
        registry.running(),
        startedAt);
  }

  Instant startedAt() {
    return startedAt;
  }

  Registry registry() {
    return registry;
  }

  void verifyWith(IdentityVerifier newVerifier) {
    verifier = newVerifier;
  }

  IdentityVerifier verifier() {
    return Objects.requireNonNull(verifier, "verifier is set before the first call");
  }

  boolean isDraining() {
    return draining;
  }

  /**
   * This node says good-bye now: from here on it makes no call, and those that wait for a service
   * end.
   */
  void depart() {
    departed = true;
    wake();
  }

  /** Whether this node has said good-bye. */
  boolean hasDeparted() {
    return departed;
  }

  /** Registers a handler for the verticle that calls. */
  <H> void serve(Endpoint<?, ?> endpoint, ServeOptions serveOptions, H handler) {
    Context context = Contexts.original(vertx.getOrCreateContext());
    registry.add(endpoint, serveOptions, handler, context);
  }

  Deadlines deadlines() {
    return deadlines;
  }

  /** Remembers a call that waits for its service; false when too many do. */
  boolean await(Runnable retry) {
    synchronized (waiting) {
      return waiting.size() < MAX_WAITING && waiting.add(retry);
    }
  }

  void stopAwaiting(Runnable retry) {
    synchronized (waiting) {
      waiting.remove(retry);
    }
  }

  /** Lets the calls that wait for a service look again. */
  void wake() {
    List<Runnable> all;
    synchronized (waiting) {
      all = List.copyOf(waiting);
    }
    all.forEach(Runnable::run);
  }

  void opened(Running stream) {
    streams.add(stream);
    if (draining && stream.isWatch()) {
      stream.stop();
    }
  }

  void closed(Running stream) {
    streams.remove(stream);
  }

  /**
   * Takes no more calls; completes when those running have ended or the drain time-out has passed.
   * Streams that only watch are ended at once.
   */
  Future<Void> drain() {
    draining = true;
    streams.stream().filter(Running::isWatch).toList().forEach(Running::stop);
    Context context = vertx.getOrCreateContext();
    Promise<Void> done = Contexts.promise(context);
    long deadline = System.nanoTime() + options.drainTimeout().toNanos();
    look(done, context, deadline);
    return done.future();
  }

  private void look(Promise<Void> done, Context context, long deadline) {
    if (registry.running() == 0 || System.nanoTime() - deadline >= 0) {
      done.complete();
    } else {
      Contexts.setTimer(context, DRAIN_LOOK_MILLIS, _ -> look(done, context, deadline));
    }
  }

  /** Fails whatever is left and stops the clock. */
  Future<Void> stop() {
    streams.forEach(Running::stop);
    deadlines.stop();
    return Future.succeededFuture();
  }
}
