package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.buffer.Buffer;

/** What requests to other nodes have in common. */
final class RemoteRequests {

  /**
   * The request as it travels.
   *
   * @throws WeftException {@code mesh:request.too_large}
   */
  static Buffer encode(Endpoint<?, ?> endpoint, Object request) {
    Buffer body = Bodies.encode(request);
    if (body.length() > Wire.MAX_MESSAGE_BYTES) {
      String message = "The request to %s has %d bytes; a node takes at most %d.";
      throw WeftError.of(
              "mesh:request",
              Reason.TOO_LARGE,
              message.formatted(endpoint.name(), body.length(), Wire.MAX_MESSAGE_BYTES))
          .exception();
    }
    return body;
  }

  /** An answer that is not what the endpoint promises. */
  static WeftException unreadable(Endpoint<?, ?> endpoint, WeftException fault) {
    return WeftError.of(
            "mesh:reply",
            Reason.INTERNAL,
            endpoint.name() + " answered what its type does not allow; the nodes' versions differ.")
        .withOutcome(Outcome.EXECUTED)
        .exception(fault);
  }

  private RemoteRequests() {}
}
