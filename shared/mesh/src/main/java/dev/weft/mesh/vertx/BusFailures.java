package dev.weft.mesh.vertx;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.net.NetSocketInternal;
import java.net.ConnectException;

/** What the failure of a message that was given to the event bus says. */
public final class BusFailures {

  /**
   * Whether no byte of the message can have left this process: no node had its address, no
   * connection could be made, or the connection was closed before the message was written to it.
   * Any other failure says that a write broke off, and the message may have arrived.
   */
  public static boolean neverSent(Throwable failure) {
    return failure instanceof ConnectException
        || failure instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.NO_HANDLERS
        // The one failure that Vert.x gives to messages that were still queued.
        || failure == NetSocketInternal.CLOSED_EXCEPTION;
  }

  private BusFailures() {}
}
