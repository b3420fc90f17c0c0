package dev.weft.mesh.internal;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call answered by a stream, as its caller sees it. */
final class StreamCall<Q, R> extends OutgoingCall implements StreamReceiver.Source {
  private final Router router;
  private final StreamEndpoint<Q, R> stream;
  private final Q request;
  private final StreamReceiver<R> receiver;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Producer producer;
  private boolean answered;

  StreamCall(
      MeshCore core,
      Router router,
      ContextInternal caller,
      StreamEndpoint<Q, R> stream,
      Q request,
      CallContext context,
      @Nullable String node) {
    super(core, caller, stream, context, node);
    this.router = router;
    this.stream = stream;
    this.request = request;
    this.receiver = new StreamReceiver<>(caller, this);
  }

  /** Finds who answers. */
  @FunctionalInterface
  interface Router {
    /** Hands the call on; false when nobody serves its endpoint now. */
    boolean route(StreamCall<?, ?> call);
  }

  /** The side that produces the items. */
  interface Producer extends Callee {
    void credit(int cost);
  }

  /**
   * Opens the stream; items flow from the caller's next turn on, or to a thread without a context
   * from when it has set its handlers.
   */
  MeshStream<R> open() {
    if (caller.inThread()) {
      start();
      caller.runOnContext(_ -> receiver.start());
    } else {
      receiver.startWhenHandled();
      start();
    }
    return receiver;
  }

  Q request() {
    return request;
  }

  StreamEndpoint<Q, R> stream() {
    return stream;
  }

  void givenTo(Producer newProducer) {
    producer = newProducer;
    given(newProducer);
  }

  @Override
  boolean route() {
    return router.route(this);
  }

  @Override
  boolean isOver() {
    return over.get();
  }

  @Override
  boolean awaitsAnswer() {
    return !answered && !receiver.isFinished();
  }

  @Override
  boolean fail(WeftException failure) {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    disarm();
    caller.execute(() -> receiver.abort(failure));
    return true;
  }

  /** The next item, of about that size. On the caller's context. */
  void item(R item, int bytes) {
    if (!answered) {
      answered = true;
      disarmDeadline();
    }
    receiver.item(item, bytes);
  }

  /** The producer's last word. On the caller's context. */
  void finish(@Nullable WeftException failure) {
    takenBack();
    disarmDeadline();
    receiver.finish(failure);
  }

  @Override
  public void credit(int cost) {
    Producer from = producer;
    if (from != null) {
      from.credit(cost);
    }
  }

  @Override
  public void cancelled() {
    if (over.compareAndSet(false, true)) {
      disarm();
      abandon();
    }
  }

  @Override
  public void delivered() {
    if (over.compareAndSet(false, true)) {
      disarm();
    }
  }
}
