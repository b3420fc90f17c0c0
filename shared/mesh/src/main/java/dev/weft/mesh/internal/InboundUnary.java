package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** A unary call from another node. */
final class InboundUnary<Q, R> extends UnaryInvocation<Q, R> implements Peer.Incoming {
  private final Bus bus;
  private final Peer peer;
  private final long id;
  private final Buffer body;

  InboundUnary(
      MeshCore core,
      ContextInternal inbox,
      ServedEndpoint<UnaryHandler<Q, R>> served,
      CallContext incoming,
      Bus bus,
      Peer peer,
      long id,
      Buffer body) {
    super(core, inbox, served, incoming);
    this.bus = bus;
    this.peer = peer;
    this.id = id;
    this.body = body;
  }

  @Override
  @SuppressWarnings("unchecked") // the served endpoint's own type
  Q request() {
    return (Q) Bodies.decode(body, endpoint().requestType());
  }

  @Override
  boolean mayRunInline() {
    return false;
  }

  @Override
  void answer(@Nullable R reply, @Nullable WeftException failure) {
    if (!peer.incoming.remove(id, this)) {
      return; // the caller has given up or left
    }
    if (failure != null) {
      bus.sendError(peer, id, failure.error());
      return;
    }
    try {
      Buffer encoded = Bodies.encode(java.util.Objects.requireNonNull(reply));
      WeftError refused = refusal(encoded.length());
      if (refused == null) {
        bus.send(peer, Wire.headers(Wire.Kind.REPLY, id), encoded);
      } else {
        bus.sendError(peer, id, refused);
      }
    } catch (WeftException e) {
      bus.sendError(peer, id, MeshErrors.answer(endpoint(), context(), e).error());
    }
  }

  private @Nullable WeftError refusal(int bytes) {
    if (bytes > Wire.MAX_MESSAGE_BYTES) {
      String message = "The reply of %s has %d bytes; a node takes at most %d.";
      return WeftError.of(
              "mesh:reply",
              Reason.TOO_LARGE,
              message.formatted(endpoint().name(), bytes, Wire.MAX_MESSAGE_BYTES))
          .withOutcome(Outcome.EXECUTED);
    }
    if (peer.bytesOnTheWay.get() > Wire.MAX_BYTES_PER_NODE) {
      return WeftError.of("mesh", Reason.OVERLOADED, "Too much is on its way to the caller's node.")
          .withOutcome(Outcome.EXECUTED);
    }
    return null;
  }

  @Override
  public void abandonedByCaller() {
    peer.incoming.remove(id, this);
    abandon();
  }

  @Override
  public void credit(int cost) {
    // A call takes no credit.
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public void alive() {
    // A call needs no sign of life.
  }

  @Override
  public long heardNanos() {
    return System.nanoTime();
  }
}
