package dev.weft.mesh.internal;

import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.tracing.TracingPolicy;

/** Sends messages to other nodes' inboxes. Thread-safe. */
final class Bus {
  private static final Buffer NOTHING = Buffer.buffer(0);

  private final EventBus eventBus;
  private final String self;

  /**
   * @param self this node's id in the cluster
   */
  Bus(EventBus eventBus, String self) {
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

  /** Same, to a node that is not known yet. */
  Future<Void> send(String clusterId, MultiMap headers, Buffer body) {
    DeliveryOptions options =
        new DeliveryOptions()
            .setHeaders(headers.add(Wire.FROM, self))
            .setTracingPolicy(TracingPolicy.IGNORE);
    return eventBus.<Buffer>sender(Wire.inbox(clusterId), options).write(body);
  }

  /** Sends a message without a body. */
  Future<Void> send(Peer to, Wire.Kind kind, long id) {
    return send(to, Wire.headers(kind, id), NOTHING);
  }

  /** Ends a call or stream with an error. */
  Future<Void> sendError(Peer to, long id, WeftError error) {
    return send(to, Wire.headers(Wire.Kind.ERROR, id), Bodies.encode(error));
  }
}
