package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.internal.Wire.Kind;
import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts large messages together that come in parts. Room for all of one is taken from the process's
 * budget before its sender is told to go on. On the inbox's context only.
 */
final class PartReceiver {
  private static final long MAX_WAIT_NANOS = 10_000_000_000L;

  private final Context context;
  private final ByteBudget budget;
  private final Sink sink;
  private final Map<Key, Assembly> assemblies = new HashMap<>();

  /** Where messages go, and what their senders are told. */
  interface Sink {
    /** The message is whole; its bytes count to the hold, which is the callee's now. */
    void whole(Kind kind, Peer peer, MultiMap headers, Buffer body, ByteBudget.Hold hold);

    /** It cannot be taken, or will not come whole. */
    void broken(Kind kind, Peer peer, MultiMap headers, WeftError error);

    /** Whether somebody still waits for it. */
    boolean isWanted(Kind kind, Peer peer, MultiMap headers);

    /** Tells the sender how many parts more may come. */
    void grant(Peer peer, long transfer, int parts);

    /** Tells the sender to send no more of it. */
    void drop(Peer peer, long transfer);
  }

  private record Key(Peer peer, long transfer) {}

  private static final class Assembly {
    final Kind kind;
    final MultiMap headers;
    final int size;
    final ByteBudget.Hold hold;
    byte @Nullable [] body;
    int at;
    int taken;
    long movedNanos = System.nanoTime();

    Assembly(Kind kind, MultiMap headers, int size, ByteBudget.Hold hold) {
      this.kind = kind;
      this.headers = headers;
      this.size = size;
      this.hold = hold;
    }
  }

  PartReceiver(Context context, ByteBudget budget, Sink sink) {
    this.context = context;
    this.budget = budget;
    this.sink = sink;
  }

  /**
   * A message begins whose body comes in parts.
   *
   * @throws IllegalArgumentException when its headers make no sense
   */
  void begin(Kind kind, Peer peer, MultiMap headers) {
    long size = Wire.number(headers, Wire.SIZE);
    long transfer = Wire.number(headers, Wire.TRANSFER);
    if (size <= 0) {
      throw new IllegalArgumentException("a message in parts without bytes");
    }
    boolean request = kind == Kind.CALL || kind == Kind.OPEN;
    if (!sink.isWanted(kind, peer, headers)) {
      sink.drop(peer, transfer);
      return;
    }
    long most = request ? budget.largestRequest() : budget.limit();
    if (size > Math.min(most, Wire.MAX_IN_PARTS_BYTES)) {
      String message =
          "A message has %d bytes; this node takes at most %d (a quarter of its heap).";
      sink.drop(peer, transfer);
      sink.broken(
          kind, peer, headers, error(Reason.TOO_LARGE, kind, message.formatted(size, most)));
      return;
    }
    ByteBudget.Hold hold = request ? budget.request("") : budget.answer();
    Key key = new Key(peer, transfer);
    Assembly assembly = new Assembly(kind, headers, (int) size, hold);
    Assembly before = assemblies.put(key, assembly);
    if (before != null) {
      before.hold.release();
    }
    if (!hold.grow(size, () -> context.runOnContext(_ -> admitted(key, assembly)))) {
      noRoom(key, assembly);
    }
  }

  private void admitted(Key key, Assembly assembly) {
    if (assemblies.get(key) != assembly) {
      return;
    }
    if (!sink.isWanted(assembly.kind, key.peer, assembly.headers)) {
      forget(key, assembly);
      sink.drop(key.peer, key.transfer);
      return;
    }
    assembly.body = new byte[assembly.size];
    assembly.movedNanos = System.nanoTime();
    sink.grant(key.peer, key.transfer, Wire.PART_WINDOW);
  }

  /**
   * The next part.
   *
   * @throws IllegalArgumentException when its headers make no sense
   */
  void part(Peer peer, MultiMap headers, Buffer part) {
    Key key = new Key(peer, Wire.number(headers, Wire.TRANSFER));
    long from = Wire.number(headers, Wire.SEQUENCE);
    Assembly assembly = assemblies.get(key);
    if (assembly == null) {
      return; // it was given up, and its sender has been told
    }
    byte[] body = assembly.body;
    if (body == null || from != assembly.at || part.length() > assembly.size - assembly.at) {
      forget(key, assembly);
      sink.drop(peer, key.transfer);
      sink.broken(
          assembly.kind,
          peer,
          assembly.headers,
          error(Reason.UNAVAILABLE, assembly.kind, "Parts of a message were lost."));
      return;
    }
    part.getBytes(body, assembly.at);
    assembly.at += part.length();
    assembly.movedNanos = System.nanoTime();
    if (assembly.at == assembly.size) {
      assemblies.remove(key);
      Buffer whole = Buffers.wrap(Unpooled.wrappedBuffer(body));
      sink.whole(assembly.kind, peer, assembly.headers, whole, assembly.hold);
    } else if (++assembly.taken >= Wire.PART_WINDOW / 2) {
      more(key, assembly);
    }
  }

  private void more(Key key, Assembly assembly) {
    if (sink.isWanted(assembly.kind, key.peer, assembly.headers)) {
      int parts = assembly.taken;
      assembly.taken = 0;
      sink.grant(key.peer, key.transfer, parts);
    } else {
      forget(key, assembly);
      sink.drop(key.peer, key.transfer);
    }
  }

  /** The sender has given up. */
  void dropped(Peer peer, long transfer) {
    Key key = new Key(peer, transfer);
    Assembly assembly = assemblies.get(key);
    if (assembly != null) {
      forget(key, assembly);
    }
  }

  /** Gives up what has waited or stood still for too long, and what gone nodes have begun. */
  void expire(long now, long silenceNanos) {
    for (Map.Entry<Key, Assembly> each : List.copyOf(assemblies.entrySet())) {
      Assembly assembly = each.getValue();
      long still = now - assembly.movedNanos;
      if (each.getKey().peer.isGone()) {
        forget(each.getKey(), assembly);
      } else if (assembly.body == null && still > Math.min(MAX_WAIT_NANOS, silenceNanos)) {
        noRoom(each.getKey(), assembly);
      } else if (assembly.body != null && still > silenceNanos) {
        forget(each.getKey(), assembly);
        sink.drop(each.getKey().peer, each.getKey().transfer);
        sink.broken(
            assembly.kind,
            each.getKey().peer,
            assembly.headers,
            error(Reason.TIMEOUT, assembly.kind, "The rest of a message did not come."));
      }
    }
  }

  void close() {
    for (Map.Entry<Key, Assembly> each : List.copyOf(assemblies.entrySet())) {
      forget(each.getKey(), each.getValue());
    }
  }

  private void noRoom(Key key, Assembly assembly) {
    forget(key, assembly);
    sink.drop(key.peer, key.transfer);
    sink.broken(
        assembly.kind,
        key.peer,
        assembly.headers,
        error(
            Reason.OVERLOADED,
            assembly.kind,
            "The node holds as many bytes of requests and answers as it may, a quarter of its"
                + " heap."));
  }

  private void forget(Key key, Assembly assembly) {
    assemblies.remove(key);
    assembly.hold.release();
  }

  private static WeftError error(Reason reason, Kind kind, String message) {
    boolean request = kind == Kind.CALL || kind == Kind.OPEN;
    WeftError error = WeftError.of(request ? "mesh:request" : "mesh:reply", reason, message);
    return request
        ? error
        : error.withOutcome(kind == Kind.REPLY ? Outcome.EXECUTED : Outcome.UNKNOWN);
  }
}
