package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.vertx.BusFailures;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** A call given to another node: takes its reply, or its frames, and gives credit back. */
final class RemoteCall<Q, R> implements Callee, Peer.CallLink {
  private static final Buffer NOTHING = Buffer.buffer(0);

  private final RemoteRouter router;
  private final Call<Q, R> call;
  private final Peer peer;
  private final long id;
  private final RemoteRouter.Attempts before;
  private long received;
  private volatile long heardNanos = System.nanoTime();

  RemoteCall(
      RemoteRouter router, Call<Q, R> call, Peer peer, long id, RemoteRouter.Attempts before) {
    this.router = router;
    this.call = call;
    this.peer = peer;
    this.id = id;
    this.before = before;
  }

  void send() {
    Buffer body;
    try {
      body = Bodies.encode(call.request());
    } catch (WeftException e) {
      call.tryFail(e);
      return;
    }
    if (body.length() > peer.maxMessageBytes()) {
      String message = "The request to %s has %d bytes; a node takes at most %d.";
      call.tryFail(
          WeftError.of(
                  "mesh:request",
                  Reason.TOO_LARGE,
                  message.formatted(call.endpoint.name(), body.length(), peer.maxMessageBytes()))
              .exception());
      return;
    }
    peer.calls.put(id, this);
    call.given(this);
    if (router.core.hasDeparted()) {
      departed();
      return;
    }
    if (peer.isGone()) {
      lost(false);
      return;
    }
    Wire.Kind kind = isStream() ? Wire.Kind.OPEN : Wire.Kind.CALL;
    router
        .bus
        .sendOfCall(peer, kind, Wire.request(kind, id, call.endpoint.name(), call.context), body)
        .onFailure(
            failure -> {
              router.suspect(peer);
              lost(!BusFailures.neverSent(failure));
            });
  }

  /** This node said good-bye while the call was made: nothing is sent. */
  private void departed() {
    if (isMine()) {
      call.takenBack();
      call.tryFail(MeshErrors.departed(call.hasBegun()));
    }
  }

  private boolean isMine() {
    return peer.calls.remove(id, this);
  }

  private void cancelServed() {
    router.bus.send(peer, Wire.Kind.CANCEL, id);
  }

  @Override
  public void reply(Buffer body) {
    if (isStream()) {
      broken("The stream was answered like a call.");
    } else if (isMine()) {
      Contexts.execute(call.caller, () -> decodeReply(body));
    }
  }

  private void decodeReply(Buffer body) {
    R reply;
    try {
      reply = Bodies.decode(body, call.endpoint.replyType());
    } catch (WeftException e) {
      call.finish(unreadable(e));
      return;
    }
    call.reply(reply);
  }

  @Override
  public void items(MultiMap headers, Buffer body, boolean last) {
    if (!isStream()) {
      broken(call.endpoint.name() + " was answered by a stream.");
      return;
    }
    heardNanos = System.nanoTime();
    int[] lengths;
    try {
      if (Wire.number(headers, Wire.SEQUENCE) != received) {
        broken("Frames of the stream were lost.");
        return;
      }
      lengths = FrameBatch.lengths(headers.get(Wire.LENGTHS), body.length(), last);
    } catch (IllegalArgumentException e) {
      broken("A frame of the stream is malformed.");
      return;
    }
    received += lengths.length;
    if (last && !isMine()) {
      return;
    }
    Contexts.execute(call.caller, () -> deliver(lengths, body, last));
  }

  private void deliver(int[] lengths, Buffer body, boolean last) {
    int at = 0;
    for (int length : lengths) {
      R item;
      try {
        Buffer bytes = lengths.length == 1 ? body : body.slice(at, at + length);
        item = Bodies.decode(bytes, call.endpoint.replyType());
      } catch (WeftException e) {
        if (isMine()) {
          cancelServed();
        }
        call.finish(unreadable(e));
        return;
      }
      at += length;
      call.item(item, length);
    }
    if (last) {
      call.finish(null);
    }
  }

  /** An answer that is not what the endpoint promises. */
  private WeftException unreadable(WeftException fault) {
    String message = " answered what its type does not allow; the nodes' versions differ.";
    return WeftError.of("mesh:reply", Reason.INTERNAL, call.endpoint.name() + message)
        .withOutcome(Outcome.EXECUTED)
        .exception(fault);
  }

  /** Frames are missing or senseless: what comes later must not pass for the whole. */
  private void broken(String message) {
    if (isMine()) {
      cancelServed();
      call.fail(
          WeftError.of("mesh:stream", Reason.UNAVAILABLE, message)
              .withOutcome(Outcome.UNKNOWN)
              .exception());
    }
  }

  @Override
  public void error(WeftError error) {
    if (isMine()) {
      WeftException failure = error.exception();
      call.fail(call.hasBegun() ? MeshErrors.unknown(failure) : failure);
    }
  }

  @Override
  public void refused() {
    if (received > 0) {
      broken("The node refused the stream after it had begun.");
      return;
    }
    peer.refuses();
    if (isMine()) {
      router.refused(call, new RemoteRouter.Attempts(before.given(), before.refused() + 1));
    }
  }

  @Override
  public void lost(boolean maybeSent) {
    boolean sent = maybeSent && !router.bus.isOnItsWay(peer, id);
    if (isMine()) {
      router.lost(
          call,
          new RemoteRouter.Attempts(before.given() + 1, before.refused()),
          MeshErrors.nodeUnavailable(peer.name(), sent));
    }
  }

  @Override
  public void credit(int cost) {
    MultiMap headers = Wire.headers(Wire.Kind.CREDIT, id).add(Wire.CREDIT, Integer.toString(cost));
    router.bus.sendOfCall(peer, Wire.Kind.CREDIT, headers, NOTHING);
  }

  @Override
  public void abandon() {
    if (isMine()) {
      cancelServed();
    }
  }

  @Override
  public boolean isStream() {
    return call.isStream();
  }

  @Override
  public void alive() {
    heardNanos = System.nanoTime();
  }

  @Override
  public long heardNanos() {
    return heardNanos;
  }

  @Override
  public void silent() {
    if (isMine()) {
      cancelServed();
      call.fail(MeshErrors.timeout(call.endpoint, true));
    }
  }
}
