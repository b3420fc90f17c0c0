package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** A unary call given to another node. */
final class RemoteUnary<Q, R> implements OutgoingCall.Callee, Peer.Outgoing {
  private final RemoteRouter router;
  private final UnaryCall<Q, R> call;
  private final Peer peer;
  private final long id;
  private final RemoteRouter.Attempts before;

  RemoteUnary(
      RemoteRouter router, UnaryCall<Q, R> call, Peer peer, long id, RemoteRouter.Attempts before) {
    this.router = router;
    this.call = call;
    this.peer = peer;
    this.id = id;
    this.before = before;
  }

  void send() {
    Buffer body;
    try {
      body = RemoteRequests.encode(call.endpoint, call.request());
    } catch (WeftException e) {
      call.fail(e);
      return;
    }
    peer.outgoing.put(id, this);
    call.given(this);
    if (peer.isGone()) {
      lost(false);
      return;
    }
    MultiMap headers = Wire.request(Wire.Kind.CALL, id, call.endpoint.name(), call.context);
    router
        .bus
        .send(peer, headers, body)
        .onFailure(
            _ -> {
              router.suspect(peer);
              lost(false);
            });
  }

  private boolean isMine() {
    return peer.outgoing.remove(id, this);
  }

  @Override
  public void reply(Buffer body) {
    if (isMine()) {
      call.caller.execute(() -> decode(body));
    }
  }

  private void decode(Buffer body) {
    R reply;
    try {
      reply = Bodies.decode(body, call.unary().replyType());
    } catch (WeftException e) {
      call.fail(RemoteRequests.unreadable(call.endpoint, e));
      return;
    }
    call.answer(reply, null);
  }

  @Override
  public void error(WeftError error) {
    if (isMine()) {
      call.answer(null, error.exception());
    }
  }

  @Override
  public void refused() {
    peer.refuses();
    if (isMine()) {
      router.refused(call, new RemoteRouter.Attempts(before.given(), before.refused() + 1));
    }
  }

  @Override
  public void lost(boolean sent) {
    if (isMine()) {
      router.lost(
          call,
          new RemoteRouter.Attempts(before.given() + 1, before.refused()),
          MeshErrors.nodeUnavailable(peer.name(), sent));
    }
  }

  @Override
  public void abandon() {
    if (isMine()) {
      router.bus.send(peer, Wire.Kind.CANCEL, id);
    }
  }

  @Override
  public void items(MultiMap headers, Buffer body, boolean last) {
    error(
        WeftError.of("mesh", Reason.INTERNAL, call.endpoint.name() + " was answered by a stream.")
            .withOutcome(Outcome.UNKNOWN));
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public void alive() {
    // A unary call has its deadline.
  }

  @Override
  public long heardNanos() {
    return System.nanoTime();
  }

  @Override
  public void silent() {
    // A unary call has its deadline.
  }
}
