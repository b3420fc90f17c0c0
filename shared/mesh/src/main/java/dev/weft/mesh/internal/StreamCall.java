package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call answered by a stream, as its caller sees it. */
final class StreamCall<Q, R> extends Call<Q, R> implements CallReader.Source {
  private final CallReader<R> reader;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean answered;

  StreamCall(
      MeshCore core,
      Router router,
      Context caller,
      StreamEndpoint<Q, R> endpoint,
      Q request,
      CallContext context,
      @Nullable String node) {
    super(core, router, caller, endpoint, request, context, node);
    this.reader = new CallReader<>(caller, this);
  }

  /**
   * Opens the stream; items flow from the caller's next turn on, or to a thread without a context
   * from when it has set its handlers.
   */
  MeshStream<R> open() {
    if (Contexts.inThread(caller)) {
      start();
      caller.runOnContext(_ -> reader.start());
    } else {
      reader.startWhenHandled();
      start();
    }
    return reader;
  }

  @Override
  boolean isOver() {
    return over.get();
  }

  @Override
  boolean awaitsAnswer() {
    return !answered && !reader.isFinished();
  }

  @Override
  boolean tryFail(WeftException failure) {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    disarm();
    Contexts.execute(caller, () -> reader.abort(failure));
    return true;
  }

  @Override
  public void fail(WeftException failure) {
    Contexts.execute(caller, () -> finish(failure));
  }

  @Override
  public void reply(R reply) {
    fail(
        WeftError.of(
                "mesh", Reason.INTERNAL, "The stream " + endpoint.name() + " got a single reply.")
            .withOutcome(Outcome.UNKNOWN)
            .exception());
  }

  @Override
  void item(R item, int bytes) {
    if (!answered) {
      answered = true;
      disarmDeadline();
      forgetRequest();
    }
    reader.item(item, bytes);
  }

  @Override
  void finish(@Nullable WeftException failure) {
    takenBack();
    disarmDeadline();
    reader.finish(failure);
  }

  @Override
  public ServedWriter.Outlet<R> outlet(Context handler) {
    return new LocalOutlet<>(this, handler);
  }

  @Override
  public void credit(int cost) {
    Callee from = callee();
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
