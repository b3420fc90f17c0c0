package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A stream opened on another node: takes its frames, gives credit back. */
final class RemoteStream<Q, R> implements StreamCall.Producer, Peer.Outgoing {
  private final RemoteRouter router;
  private final StreamCall<Q, R> call;
  private final Peer peer;
  private final long id;
  private final RemoteRouter.Attempts before;
  private long received;
  private volatile long heardNanos = System.nanoTime();

  RemoteStream(
      RemoteRouter router,
      StreamCall<Q, R> call,
      Peer peer,
      long id,
      RemoteRouter.Attempts before) {
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
    call.givenTo(this);
    if (peer.isGone()) {
      lost(false);
      return;
    }
    router
        .bus
        .send(peer, Wire.request(Wire.Kind.OPEN, id, call.endpoint.name(), call.context), body)
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
  public void items(MultiMap headers, Buffer body, boolean last) {
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
    call.caller.execute(() -> deliver(lengths, body, last));
  }

  private void deliver(int[] lengths, Buffer body, boolean last) {
    int at = 0;
    for (int length : lengths) {
      R item;
      try {
        Buffer bytes = lengths.length == 1 ? body : body.slice(at, at + length);
        item = Bodies.decode(bytes, call.stream().replyType());
      } catch (WeftException e) {
        if (isMine()) {
          cancelProducer();
        }
        call.finish(RemoteRequests.unreadable(call.endpoint, e));
        return;
      }
      at += length;
      call.item(item, length);
    }
    if (last) {
      call.finish(null);
    }
  }

  /** Frames are missing or senseless: what comes later must not pass for the whole. */
  private void broken(String message) {
    if (isMine()) {
      cancelProducer();
      finish(
          WeftError.of("mesh:stream", Reason.UNAVAILABLE, message)
              .withOutcome(Outcome.UNKNOWN)
              .exception());
    }
  }

  private void finish(@Nullable WeftException failure) {
    call.caller.execute(() -> call.finish(failure));
  }

  private void cancelProducer() {
    router.bus.send(peer, Wire.Kind.CANCEL, id);
  }

  @Override
  public void reply(Buffer body) {
    broken("The stream was answered like a call.");
  }

  @Override
  public void error(WeftError error) {
    if (isMine()) {
      finish(error.exception());
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
  public void credit(int cost) {
    MultiMap headers = Wire.headers(Wire.Kind.CREDIT, id).add(Wire.CREDIT, Integer.toString(cost));
    router.bus.send(peer, headers, Buffer.buffer(0));
  }

  @Override
  public void abandon() {
    if (isMine()) {
      cancelProducer();
    }
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

  @Override
  public void silent() {
    if (isMine()) {
      cancelProducer();
      finish(MeshErrors.timeout(call.endpoint, true));
    }
  }
}
