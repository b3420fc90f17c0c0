package dev.weft.durable.internal.call;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Directory.NodeInfo;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the node to ask for an object: this one when it has it, the one that was found to own it,
 * or the one that is the best place for it. A wrong guess costs one redirection. Thread-safe.
 */
public final class Router {
  private static final int MAX_OWNERS = 200_000;

  private final Vertx vertx;
  private final Mesh mesh;
  private final Predicate<ObjectId> isHere;
  private final Placement placement;
  private final Map<ObjectId, String> owners = new ConcurrentHashMap<>();
  private final Map<String, List<String>> serving = new ConcurrentHashMap<>();
  private final Set<Pause> pauses = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private final Watches watches;

  /**
   * @param isHere whether this node has an instance of the object
   */
  public Router(Vertx vertx, Mesh mesh, Placement placement, Predicate<ObjectId> isHere) {
    this.vertx = vertx;
    this.mesh = mesh;
    this.placement = placement;
    this.isHere = isHere;
    this.watches = new Watches(vertx, mesh);
    mesh.directory().onChange(_ -> serving.clear());
    Contexts.onClose(vertx, this::close);
  }

  private void close() {
    closed = true;
    pauses.forEach(Pause::end);
  }

  /** Whether Vert.x is closed: no call can be made again. */
  boolean isClosed() {
    return closed;
  }

  /** Chooses where an object that has no owner is to live. */
  @FunctionalInterface
  public interface Placement {
    /**
     * @param slot the object's, from 0 to 4,095
     * @param nodes ids of the nodes that could host it; not empty
     */
    String choose(int slot, List<String> nodes);

    /**
     * The same node for the same slot as long as it is there, and few moves when nodes come or go:
     * rendezvous hashing (Thaler and Ravishankar, 1998).
     */
    static String rendezvous(int slot, List<String> nodes) {
      String best = nodes.getFirst();
      long most = Long.MIN_VALUE;
      for (String node : nodes) {
        long weight = mix(node.hashCode() * 0x9e3779b97f4a7c15L + slot);
        if (weight > most || weight == most && node.compareTo(best) < 0) {
          most = weight;
          best = node;
        }
      }
      return best;
    }

    private static long mix(long value) {
      long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
      z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
      return z ^ z >>> 31;
    }
  }

  /**
   * The node to ask; null when none is known that could answer.
   *
   * @param endpoint what it must serve
   */
  @Nullable String choose(ObjectId id, UnaryEndpoint<?, ?> endpoint) {
    if (isHere.test(id)) {
      return mesh.nodeId();
    }
    List<String> nodes = serving(endpoint);
    String owner = owners.get(id);
    if (owner != null) {
      if (nodes.contains(owner)) {
        return owner;
      }
      owners.remove(id, owner);
    }
    return nodes.isEmpty() ? null : placement.choose(id.slot(), nodes);
  }

  private List<String> serving(UnaryEndpoint<?, ?> endpoint) {
    List<String> known = serving.get(endpoint.name());
    if (known == null) {
      known = mesh.directory().serving(endpoint).stream().map(NodeInfo::id).sorted().toList();
      serving.put(endpoint.name(), known);
    }
    return known;
  }

  /** The node was found to own the object. */
  void owns(ObjectId id, String node) {
    if (owners.size() >= MAX_OWNERS) {
      owners.clear();
    }
    owners.put(id, node);
  }

  /** The owner is not known any more. */
  void forget(ObjectId id) {
    owners.remove(id);
  }

  /** Calls the node, or any that serves the endpoint when there is none. */
  <Q, R> Future<R> call(
      @Nullable String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return node == null
        ? mesh.call(endpoint, request, context)
        : mesh.callNode(node, endpoint, request, context);
  }

  /** Calls the object's owner, until it is found or the time is over. */
  public <Q, R> Future<R> deliver(
      ObjectId id, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return deliver(id, endpoint, request, context, 1);
  }

  private <Q, R> Future<R> deliver(
      ObjectId id, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context, int attempt) {
    return call(choose(id, endpoint), endpoint, request, context)
        .recover(
            failure -> {
              WeftError error = WeftException.from("object", failure).error();
              if (context.expired() || !Retries.mayRepeat(error, false)) {
                return Future.failedFuture(failure);
              }
              Retries.learn(this, id, error);
              return vertx
                  .timer(Retries.pauseMillis(attempt, error) + 1)
                  .compose(_ -> deliver(id, endpoint, request, context, attempt + 1));
            });
  }

  /**
   * Goes on with something after a pause, on any thread: at once when Vert.x is closed meanwhile,
   * because then no timer is left to end the wait.
   */
  void afterPause(long millis, Runnable next) {
    Pause pause = new Pause(next);
    pauses.add(pause);
    if (closed) {
      pause.end();
      return;
    }
    try {
      vertx.setTimer(millis, _ -> pause.end());
    } catch (RejectedExecutionException e) {
      pause.end();
    }
  }

  private final class Pause {
    private final Runnable next;

    Pause(Runnable next) {
      this.next = next;
    }

    void end() {
      if (pauses.remove(this)) {
        try {
          next.run();
        } catch (RejectedExecutionException e) {
          // The event loop that waited is closed, and with it whoever waits there. Others do not.
          return;
        }
      }
    }
  }

  /** The same for a stream. */
  <Q, R> MeshStream<R> open(
      @Nullable String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return node == null
        ? mesh.call(endpoint, request, context)
        : mesh.callNode(node, endpoint, request, context);
  }

  /** An event loop to send from: the current one, so that nothing has to change threads. */
  Context sender() {
    Context current = Vertx.currentContext();
    return current != null && current.isEventLoopContext()
        ? Contexts.original(current)
        : Contexts.newEventLoop(vertx);
  }

  /** Whether a node, or any where none is given, serves the endpoint. */
  boolean serves(@Nullable String node, UnaryEndpoint<?, ?> endpoint) {
    List<String> nodes = serving(endpoint);
    return node == null ? !nodes.isEmpty() : nodes.contains(node);
  }

  /** What is watched on this node. */
  Watches watches() {
    return watches;
  }

  Directory directory() {
    return mesh.directory();
  }

  Vertx vertx() {
    return vertx;
  }
}
