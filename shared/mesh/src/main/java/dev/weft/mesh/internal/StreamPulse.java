package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs of life for streams: each node tells each other one which streams it reads from it and
 * produces for it. One that the other does not know is ended there, one of which nothing is heard
 * for too long is ended here.
 */
final class StreamPulse {
  private static final WeftError SILENT =
      WeftError.of("mesh", Reason.TIMEOUT, "Nothing was heard of the stream's reader for too long.")
          .withOutcome(Outcome.UNKNOWN);

  private final Bus bus;
  private final long silenceNanos;

  StreamPulse(Bus bus, long silenceNanos) {
    this.bus = bus;
    this.silenceNanos = silenceNanos;
  }

  /**
   * Streams between the sender and the receiver.
   *
   * @param reads ids of those the sender reads
   * @param produces ids of those the sender produces
   */
  record Alive(List<Long> reads, List<Long> produces) {
    Alive {
      reads = List.copyOf(reads);
      produces = List.copyOf(produces);
    }
  }

  /** Sends this node's signs of life to the peer and ends what has fallen silent. */
  void beat(Peer peer) {
    long now = System.nanoTime();
    List<Long> reads = new ArrayList<>();
    peer.calls.forEach(
        (id, call) -> {
          if (call.isStream() && now - call.heardNanos() > silenceNanos) {
            call.silent();
          } else if (call.isStream()) {
            reads.add(id);
          }
        });
    List<Long> produces = new ArrayList<>();
    peer.served.forEach(
        (id, call) -> {
          if (call.isStream() && now - call.heardNanos() > silenceNanos) {
            call.abandon();
            bus.sendError(peer, id, SILENT);
          } else if (call.isStream()) {
            produces.add(id);
          }
        });
    if (!reads.isEmpty() || !produces.isEmpty()) {
      Buffer body = Bodies.encode(new Alive(reads, produces));
      bus.send(peer, Wire.headers(Wire.Kind.ALIVE), body);
    }
  }

  /** Takes the peer's signs of life. */
  static void received(Peer peer, Alive alive, Bus bus) {
    for (Long id : alive.reads) {
      Peer.ServedLink mine = peer.served.get(id);
      if (mine != null) {
        mine.alive();
      } else {
        // Its end was lost. One that has just ended has sent its end before this answer.
        bus.sendError(
            peer,
            id,
            WeftError.of("mesh:stream", Reason.UNAVAILABLE, "The producer has lost the stream.")
                .withOutcome(Outcome.UNKNOWN));
      }
    }
    for (Long id : alive.produces) {
      Peer.CallLink mine = peer.calls.get(id);
      if (mine != null) {
        mine.alive();
      } else {
        bus.send(peer, Wire.Kind.CANCEL, id);
      }
    }
  }
}
