package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.vertx.Contexts;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands calls to this node's own handlers when it has them, else to the less busy of two nodes that
 * serve the endpoint.
 */
final class RemoteRouter implements Call.Router {
  /** Nodes a call is given to at most: one, and one more when that is safe. */
  private static final int MAX_ATTEMPTS = 2;

  /** Nodes that may refuse a call, which is always safe to repeat, before it fails. */
  private static final int MAX_REFUSALS = 5;

  final MeshCore core;
  final Bus bus;
  private final LocalRouter local;
  private final NodeDirectory directory;
  private final AtomicLong ids = new AtomicLong();

  RemoteRouter(MeshCore core, Bus bus, NodeDirectory directory) {
    this.core = core;
    this.bus = bus;
    this.local = new LocalRouter(core);
    this.directory = directory;
  }

  /**
   * How often a call has been given away.
   *
   * @param given to nodes that may have begun it
   * @param refused by nodes that had not
   */
  record Attempts(int given, int refused) {
    static final Attempts NONE = new Attempts(0, 0);

    boolean allowAnother() {
      return given < MAX_ATTEMPTS && refused < MAX_REFUSALS;
    }
  }

  @Override
  public boolean route(Call<?, ?> call) {
    if (isMine(call)) {
      return local.route(call);
    }
    return give(call, Attempts.NONE) || call.node == null && local.route(call);
  }

  /** The node that comes after the last of a service needs its time to start. */
  @Override
  public Duration patience(Endpoint<?, ?> endpoint) {
    Duration grace = core.options().grace();
    Instant left = directory.missingSince(endpoint.service());
    if (left == null) {
      return grace;
    }
    Instant until = left.plus(core.options().succession());
    Duration patience = Duration.between(core.options().time().instant(), until);
    return patience.compareTo(grace) > 0 ? patience : grace;
  }

  private boolean isMine(Call<?, ?> call) {
    if (call.node != null) {
      return call.node.equals(core.nodeId());
    }
    boolean takesCalls = !core.isDraining() || !call.context.chain().isEmpty();
    return takesCalls && core.registry().find(call.endpoint.name()) != null;
  }

  private boolean give(Call<?, ?> call, Attempts attempts) {
    Peer peer = peerFor(call);
    if (peer == null) {
      return false;
    }
    if (hasRoom(peer, call)) {
      new RemoteCall<>(this, call, peer, ids.incrementAndGet(), attempts).send();
    }
    return true;
  }

  private @Nullable Peer peerFor(Call<?, ?> call) {
    String endpoint = call.endpoint.name();
    return call.node == null ? directory.pick(endpoint) : directory.find(call.node, endpoint);
  }

  private static boolean hasRoom(Peer peer, Call<?, ?> call) {
    if (peer.calls.size() < Wire.MAX_CALLS_PER_NODE
        && peer.bytesOnTheWay.get() < Wire.MAX_BYTES_PER_NODE) {
      return true;
    }
    call.tryFail(MeshErrors.overloaded("Too much is on its way to the node " + peer.name() + "."));
    return false;
  }

  /**
   * The node had not begun the call: gives it to another, or waits for one.
   *
   * @param attempts those made until now
   */
  void refused(Call<?, ?> call, Attempts attempts) {
    Contexts.execute(
        call.caller,
        () -> {
          if (takeBack(call) && !(mayGiveToAnother(call, attempts) && give(call, attempts))) {
            waitOrFail(call, attempts);
          }
        });
  }

  private static boolean mayGiveToAnother(Call<?, ?> call, Attempts attempts) {
    return call.node == null && attempts.allowAnother();
  }

  private static void waitOrFail(Call<?, ?> call, Attempts attempts) {
    if (call.node != null) {
      call.tryFail(MeshErrors.nodeUnavailable(call.node, call.hasBegun()));
    } else if (attempts.allowAnother()) {
      call.waitForService();
    } else {
      call.tryFail(MeshErrors.unavailable(call.endpoint, call.hasBegun()));
    }
  }

  /**
   * The node is gone: gives the call to another if that is safe, else fails it. A stream that has
   * had items is not repeated.
   *
   * @param attempts those made until now
   * @param failure its outcome says whether the call may have had an effect
   */
  void lost(Call<?, ?> call, Attempts attempts, WeftException failure) {
    Contexts.execute(
        call.caller,
        () -> {
          if (failure.error().outcome() != Outcome.NOT_EXECUTED) {
            call.mayHaveBegun();
          }
          if (takeBack(call)
              && !(call.awaitsAnswer()
                  && mayRepeat(call, attempts, failure)
                  && give(call, attempts))) {
            call.finish(call.hasBegun() ? MeshErrors.unknown(failure) : failure);
          }
        });
  }

  private static boolean takeBack(Call<?, ?> call) {
    call.takenBack();
    return !call.isOver();
  }

  private boolean mayRepeat(Call<?, ?> call, Attempts attempts, WeftException failure) {
    boolean noEffect = failure.error().outcome() == Outcome.NOT_EXECUTED;
    return !core.hasDeparted()
        && mayGiveToAnother(call, attempts)
        && (noEffect || call.endpoint.idempotent());
  }

  /** The node could not be reached: look whether it is there at all. */
  void suspect(Peer peer) {
    directory.suspect(peer);
  }
}
