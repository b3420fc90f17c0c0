package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** A stream that another node reads: sends its frames. */
final class InboundStream<Q, R> extends StreamInvocation<Q, R>
    implements StreamSender.Outlet<R>, Peer.Incoming {
  private final Bus bus;
  private final Peer peer;
  private final long id;
  private final Buffer body;
  private final FrameBatch batch = new FrameBatch();
  private ContextInternal flusher;
  private volatile long heardNanos = System.nanoTime();

  InboundStream(
      MeshCore core,
      ContextInternal inbox,
      ServedEndpoint<StreamHandler<Q, R>> served,
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
    this.flusher = inbox;
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
  void refuse(WeftException failure) {
    if (peer.incoming.remove(id, this)) {
      bus.sendError(peer, id, failure.error());
    }
  }

  @Override
  StreamSender.Outlet<R> outlet(ContextInternal where) {
    // A virtual thread may be busy for long: what it writes leaves on the inbox's event loop.
    flusher = where.isEventLoopContext() ? where : origin;
    return this;
  }

  @Override
  public Object pack(R item) {
    byte[] bytes = Json.encodeBytes(item);
    if (bytes.length > Wire.MAX_ITEM_BYTES) {
      String message = "An item of %s has %d bytes; a stream takes at most %d.";
      throw WeftError.of(
              "mesh:item",
              Reason.TOO_LARGE,
              message.formatted(endpoint().name(), bytes.length, Wire.MAX_ITEM_BYTES))
          .withOutcome(Outcome.UNKNOWN)
          .exception();
    }
    return bytes;
  }

  @Override
  public int weigh(Object packed) {
    return ((byte[]) packed).length;
  }

  @Override
  public void item(Object packed) {
    switch (batch.add((byte[]) packed)) {
      case NOTHING -> {}
      case FLUSH_NOW -> flush();
      case FLUSH_SOON -> flusher.runOnContext(_ -> flush());
    }
  }

  private void flush() {
    send(false);
  }

  // Taking a frame and sending it is one step: two threads must not send theirs the other way
  // round.
  private synchronized void send(boolean end) {
    FrameBatch.Frame frame = batch.take(id, end);
    if (frame != null) {
      bus.send(peer, frame.headers(), frame.body());
    }
  }

  @Override
  public void finish(@Nullable WeftException failure) {
    if (!peer.incoming.remove(id, this)) {
      return;
    }
    if (failure == null) {
      send(true);
    } else {
      send(false);
      bus.sendError(peer, id, failure.error());
    }
  }

  @Override
  public void abandonedByCaller() {
    peer.incoming.remove(id, this);
    abandon();
  }

  @Override
  public boolean isStream() {
    return true;
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
