package dev.weft.mesh.internal;

import dev.weft.contracts.WeftError;
import dev.weft.mesh.trust.KnownNode;
import dev.weft.mesh.trust.KnownNodes;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sends messages to other nodes' inboxes. Thread-safe. */
final class Bus {
  private static final Buffer NOTHING = Buffer.buffer(0);
  private static final Exception UNKNOWN =
      new ReplyException(ReplyFailure.NO_HANDLERS, "no record of the node is known");

  private final EventBus eventBus;
  private final String self;
  private final @Nullable KnownNodes known;
  private final Map<Peer, PartSender> large = new ConcurrentHashMap<>();

  /**
   * @param self this node's id in the cluster
   * @param known whom messages may go to, and by which keys; null in a cluster without certificates
   */
  Bus(EventBus eventBus, String self, @Nullable KnownNodes known) {
    this.known = known;
    this.eventBus = eventBus;
    this.self = self;
  }

  /**
   * Sends a message.
   *
   * @return completes when it is written to the socket; fails when the node cannot be reached
   */
  Future<Void> send(Peer to, MultiMap headers, Buffer body) {
    int bytes = body.length();
    to.bytesOnTheWay.addAndGet(bytes);
    Future<Void> written = send(to.clusterId, headers, body);
    written.onComplete((_, _) -> to.bytesOnTheWay.addAndGet(-bytes));
    return written;
  }

  /**
   * Sends a message of a call: in parts when it is large and the node takes them, and after what is
   * on its way of the same call.
   *
   * @return as {@link #send(Peer, MultiMap, Buffer)}
   */
  Future<Void> sendOfCall(Peer to, Wire.Kind kind, MultiMap headers, Buffer body) {
    PartSender parts = large.get(to);
    boolean inParts = to.takesParts();
    if (parts == null) {
      if (!inParts || body.length() <= Wire.PART_BYTES) {
        return send(to, headers, body);
      }
      parts = large.computeIfAbsent(to, peer -> new PartSender((h, b) -> send(peer, h, b)));
    }
    return parts.send(kind, headers, body, inParts);
  }

  /** What a node has for those who send it large messages; null when nobody does. */
  @Nullable PartSender partsTo(Peer peer) {
    return large.get(peer);
  }

  /** Whether a part of the call's request has not been sent, so that nobody can have begun it. */
  boolean isOnItsWay(Peer peer, long id) {
    PartSender parts = large.get(peer);
    return parts != null && parts.isOnItsWay(id);
  }

  /** Bytes of large messages to the node that have not gone out. */
  long waitingBytes(Peer peer) {
    PartSender parts = large.get(peer);
    return parts == null ? 0 : parts.waitingBytes();
  }

  /** Gives up the large messages that have not moved for so long. */
  void expire(long now, long silenceNanos) {
    large.forEach(
        (peer, parts) -> {
          if (peer.isGone()) {
            forget(peer);
          } else {
            parts.expire(now, silenceNanos);
          }
        });
  }

  /** The node is gone. */
  void forget(Peer peer) {
    PartSender parts = large.remove(peer);
    if (parts != null) {
      parts.close();
    }
  }

  /** Same, to a node that has not been heard yet. */
  Future<Void> send(String clusterId, MultiMap headers, Buffer body) {
    headers.add(Wire.FROM, self);
    if (known != null) {
      KnownNode to = known.find(clusterId);
      if (to == null) {
        return Future.failedFuture(UNKNOWN);
      }
      to.sign(headers, body);
    }
    DeliveryOptions options =
        new DeliveryOptions().setHeaders(headers).setTracingPolicy(TracingPolicy.IGNORE);
    return eventBus.<Buffer>sender(Wire.inbox(clusterId), options).write(body);
  }

  /** Tells a node what this one is, and who, as far as that takes certificates. */
  Future<Void> sendBeat(String clusterId, Buffer beat) {
    MultiMap headers = Wire.headers(Wire.Kind.BEAT);
    if (known != null) {
      headers.add(KnownNodes.RECORD, known.own().record().text());
    }
    return send(clusterId, headers, beat);
  }

  /** Sends a message without a body. */
  Future<Void> send(Peer to, Wire.Kind kind, long id) {
    return sendOfCall(to, kind, Wire.headers(kind, id), NOTHING);
  }

  /** Ends a call or stream with an error. */
  Future<Void> sendError(Peer to, long id, WeftError error) {
    return sendOfCall(to, Wire.Kind.ERROR, Wire.headers(Wire.Kind.ERROR, id), Bodies.encode(error));
  }
}
