package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Another node's call: its answer goes to that node's inbox. */
final class RemoteOrigin<Q, R> implements Origin<Q, R>, Peer.ServedLink {
  private final Context inbox;
  private final Endpoint<Q, R> endpoint;
  private final CallContext incoming;
  private final Bus bus;
  private final Peer peer;
  private final long id;
  private final ByteBudget.@Nullable Hold room;
  private @Nullable Buffer body;
  private volatile @Nullable Callee callee;
  private volatile long heardNanos = System.nanoTime();

  /**
   * @param inbox the context the request came in on
   * @param incoming what came with it
   * @param room what a large request takes of the process's budget; null for a small one
   */
  RemoteOrigin(
      Context inbox,
      Endpoint<Q, R> endpoint,
      CallContext incoming,
      Bus bus,
      Peer peer,
      long id,
      Buffer body,
      ByteBudget.@Nullable Hold room) {
    this.inbox = inbox;
    this.endpoint = endpoint;
    this.incoming = incoming;
    this.bus = bus;
    this.peer = peer;
    this.id = id;
    this.body = body;
    this.room = room;
  }

  /** From now on the peer's messages about the call go to the callee. */
  void answeredBy(Callee newCallee) {
    callee = newCallee;
    peer.served.put(id, this);
  }

  @Override
  public Context where() {
    return inbox;
  }

  @Override
  public boolean isLocal() {
    return false;
  }

  @Override
  public Q request() {
    Buffer received = Objects.requireNonNull(body, "a request is asked for once");
    body = null;
    return Bodies.decode(received, endpoint.requestType());
  }

  /** The answer has begun, or nobody waits for one: the request is let go. */
  void letGo() {
    if (room != null) {
      room.release();
    }
  }

  /** Ends the call here; false when the caller has given up or left before. */
  boolean end() {
    letGo();
    return peer.served.remove(id, this);
  }

  @Override
  public void reply(R reply) {
    if (!end()) {
      return;
    }
    try {
      Buffer encoded = Bodies.encode(reply);
      WeftError refused = refusal(encoded.length());
      if (refused == null) {
        send(Wire.Kind.REPLY, Wire.headers(Wire.Kind.REPLY, id), encoded);
      } else {
        bus.sendError(peer, id, refused);
      }
    } catch (WeftException e) {
      bus.sendError(peer, id, MeshErrors.answer(endpoint, incoming, e).error());
    }
  }

  private @Nullable WeftError refusal(int bytes) {
    if (bytes > peer.maxMessageBytes()) {
      String message = "The reply of %s has %d bytes; a node takes at most %d.";
      return WeftError.of(
              "mesh:reply",
              Reason.TOO_LARGE,
              message.formatted(endpoint.name(), bytes, peer.maxMessageBytes()))
          .withOutcome(Outcome.EXECUTED);
    }
    if (peer.bytesOnTheWay.get() + bus.waitingBytes(peer) > Wire.MAX_BYTES_PER_NODE) {
      return WeftError.of("mesh", Reason.OVERLOADED, "Too much is on its way to the caller's node.")
          .withOutcome(Outcome.EXECUTED);
    }
    return null;
  }

  @Override
  public void fail(WeftException failure) {
    if (end()) {
      sendError(failure.error());
    }
  }

  @Override
  public ServedWriter.Outlet<R> outlet(Context handler) {
    // A virtual thread may be busy for long: what it writes leaves on the inbox's event loop.
    return new FrameOutlet<>(this, handler.isEventLoopContext() ? handler : inbox);
  }

  Endpoint<Q, R> endpoint() {
    return endpoint;
  }

  long id() {
    return id;
  }

  /** The largest item that the reader's node takes. */
  int maxItemBytes() {
    return peer.maxItemBytes();
  }

  void send(Wire.Kind kind, MultiMap headers, Buffer message) {
    bus.sendOfCall(peer, kind, headers, message);
  }

  void sendError(WeftError error) {
    bus.sendError(peer, id, error);
  }

  @Override
  public void credit(int cost) {
    Callee working = callee;
    if (working != null) {
      working.credit(cost);
    }
  }

  @Override
  public void abandon() {
    letGo();
    peer.served.remove(id, this);
    Callee working = callee;
    if (working != null) {
      working.abandon();
    }
  }

  @Override
  public boolean isStream() {
    return endpoint instanceof StreamEndpoint;
  }

  @Override
  public void alive() {
    heardNanos = System.nanoTime();
  }

  @Override
  public long heardNanos() {
    return heardNanos;
  }
}
