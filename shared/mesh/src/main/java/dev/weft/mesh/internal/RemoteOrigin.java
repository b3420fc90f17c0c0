package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Another node's call: its answer goes to that node's inbox. */
final class RemoteOrigin<Q, R> implements Origin<Q, R>, Peer.ServedLink {
  private final Context inbox;
  private final Endpoint<Q, R> endpoint;
  private final CallContext incoming;
  private final Bus bus;
  private final Peer peer;
  private final long id;
  private final Buffer body;
  private volatile @Nullable Callee callee;
  private volatile long heardNanos = System.nanoTime();

  /**
   * @param inbox the context the request came in on
   * @param incoming what came with it
   */
  RemoteOrigin(
      Context inbox,
      Endpoint<Q, R> endpoint,
      CallContext incoming,
      Bus bus,
      Peer peer,
      long id,
      Buffer body) {
    this.inbox = inbox;
    this.endpoint = endpoint;
    this.incoming = incoming;
    this.bus = bus;
    this.peer = peer;
    this.id = id;
    this.body = body;
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
    return Bodies.decode(body, endpoint.requestType());
  }

  /** Ends the call here; false when the caller has given up or left before. */
  boolean end() {
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
        send(Wire.headers(Wire.Kind.REPLY, id), encoded);
      } else {
        bus.sendError(peer, id, refused);
      }
    } catch (WeftException e) {
      bus.sendError(peer, id, MeshErrors.answer(endpoint, incoming, e).error());
    }
  }

  private @Nullable WeftError refusal(int bytes) {
    if (bytes > Wire.MAX_MESSAGE_BYTES) {
      String message = "The reply of %s has %d bytes; a node takes at most %d.";
      return WeftError.of(
              "mesh:reply",
              Reason.TOO_LARGE,
              message.formatted(endpoint.name(), bytes, Wire.MAX_MESSAGE_BYTES))
          .withOutcome(Outcome.EXECUTED);
    }
    if (peer.bytesOnTheWay.get() > Wire.MAX_BYTES_PER_NODE) {
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

  void send(MultiMap headers, Buffer message) {
    bus.send(peer, headers, message);
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
