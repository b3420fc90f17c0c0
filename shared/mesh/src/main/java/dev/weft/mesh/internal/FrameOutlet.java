package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/** The way of a stream's items to a reader on another node: frames of those of one tick. */
final class FrameOutlet<R> implements ServedWriter.Outlet<R> {
  private final RemoteOrigin<?, R> origin;
  private final Context flusher;
  private final FrameBatch batch = new FrameBatch();

  /**
   * @param flusher an event loop that frames leave from
   */
  FrameOutlet(RemoteOrigin<?, R> origin, Context flusher) {
    this.origin = origin;
    this.flusher = flusher;
  }

  @Override
  public Object pack(R item) {
    byte[] bytes = Json.encodeBytes(item);
    int most = origin.maxItemBytes();
    if (bytes.length > most) {
      String message = "An item of %s has %d bytes; the node that reads it takes at most %d.";
      throw WeftError.of(
              "mesh:item",
              Reason.TOO_LARGE,
              message.formatted(origin.endpoint().name(), bytes.length, most))
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
    origin.letGo();
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
    FrameBatch.Frame frame = batch.take(origin.id(), end);
    if (frame != null) {
      origin.send(end ? Wire.Kind.END : Wire.Kind.ITEMS, frame.headers(), frame.body());
    }
  }

  @Override
  public void finish(@Nullable WeftException failure) {
    if (!origin.end()) {
      return;
    }
    if (failure == null) {
      send(true);
    } else {
      send(false);
      origin.sendError(failure.error());
    }
  }
}
