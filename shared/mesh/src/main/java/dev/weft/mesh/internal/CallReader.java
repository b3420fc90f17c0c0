package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The reader's end of a stream: hands items to the handler while there is demand, holds at most a
 * credit window of them otherwise, and returns credit in halves of the window as they are taken.
 * Confined to the reader's context; calls from elsewhere are brought there.
 */
final class CallReader<T> implements MeshStream<T> {
  private static final int CREDIT_STEP = ServedWriter.WINDOW / 2;

  private final Context context;
  private final Source source;
  private final ArrayDeque<Object> held = new ArrayDeque<>(0);
  private @Nullable Handler<T> handler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<Void> endHandler;
  private long demand = Long.MAX_VALUE;
  private boolean awaitsHandlers;
  private boolean started;
  private boolean emitting;
  private boolean scheduled;
  private boolean finished;
  private @Nullable WeftException failure;
  private boolean over;
  private int taken;

  CallReader(Context context, Source source) {
    this.context = context;
    this.source = source;
  }

  /** A held item that costs more than one credit. */
  private record Heavy(Object item, int cost) {}

  /** Where the items come from. Called on the reader's context. */
  interface Source {
    /** The reader has taken items of that cost and has room for as much more. */
    void credit(int cost);

    /** The reader wants no more. */
    void cancelled();

    /** The reader has seen the end or the failure. */
    void delivered();
  }

  Context context() {
    return context;
  }

  /**
   * Lets items flow once all three handlers are set: what a thread without the reader's context
   * must wait for, since no turn of the context keeps items away meanwhile. On the opening thread.
   */
  void startWhenHandled() {
    awaitsHandlers = true;
  }

  private void handlerSet() {
    if (awaitsHandlers && handler != null && exceptionHandler != null && endHandler != null) {
      awaitsHandlers = false;
      context.runOnContext(_ -> start());
    }
  }

  /** Lets items flow; called in the turn after the one that opened the stream. */
  void start() {
    started = true;
    flow();
  }

  /** The next item, of about that size. On the reader's context. */
  void item(T item, int bytes) {
    if (over || finished) {
      return;
    }
    if (started && !emitting && demand > 0 && held.isEmpty()) {
      emitting = true;
      emit(item, ServedWriter.cost(bytes));
      emitting = false;
      if (!held.isEmpty() || finished) {
        flow();
      }
    } else {
      int cost = ServedWriter.cost(bytes);
      held.add(cost == 1 ? item : new Heavy(item, cost));
    }
  }

  /** The end, or the failure, after the items before it. On the reader's context. */
  void finish(@Nullable WeftException why) {
    if (!over && !finished) {
      finished = true;
      failure = why;
      flow();
    }
  }

  /** The stream is of no use any more: what is held is dropped, and the failure told at once. */
  void abort(WeftException why) {
    if (!over) {
      held.clear();
      finished = true;
      failure = why;
      flow();
    }
  }

  boolean isOver() {
    return over;
  }

  /** Whether the last word has come from the producer, though it may not be handed over yet. */
  boolean isFinished() {
    return finished || over;
  }

  @SuppressWarnings("unchecked") // only items of the stream are held
  private void flow() {
    if (!started || emitting) {
      return;
    }
    emitting = true;
    while (demand > 0 && !over) {
      Object next = held.poll();
      if (next == null) {
        break;
      }
      if (next instanceof Heavy heavy) {
        emit((T) heavy.item, heavy.cost);
      } else {
        emit((T) next, 1);
      }
    }
    emitting = false;
    if (finished && held.isEmpty() && !over) {
      over = true;
      source.delivered();
      if (failure != null) {
        dispatch(failure, exceptionHandler);
      } else {
        dispatch(null, endHandler);
      }
    }
  }

  private void emit(T item, int cost) {
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    taken += cost;
    if (taken >= CREDIT_STEP) {
      int granted = taken;
      taken = 0;
      if (!finished) {
        source.credit(granted);
      }
    }
    dispatch(item, handler);
  }

  private <E> void dispatch(@Nullable E event, @Nullable Handler<? super E> to) {
    if (to != null) {
      Contexts.dispatch(context, event, to);
    }
  }

  @Override
  public MeshStream<T> handler(@Nullable Handler<T> newHandler) {
    handler = newHandler;
    handlerSet();
    return this;
  }

  @Override
  public MeshStream<T> exceptionHandler(@Nullable Handler<Throwable> newHandler) {
    exceptionHandler = newHandler;
    handlerSet();
    return this;
  }

  @Override
  public MeshStream<T> endHandler(@Nullable Handler<Void> newHandler) {
    endHandler = newHandler;
    handlerSet();
    return this;
  }

  @Override
  public MeshStream<T> pause() {
    demand = 0;
    return this;
  }

  @Override
  public MeshStream<T> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public MeshStream<T> fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount must not be negative: " + amount);
    }
    Contexts.execute(
        context,
        () -> {
          demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
          if (!held.isEmpty() && !scheduled) {
            // Not within this call: the caller may be in the middle of something.
            scheduled = true;
            context.runOnContext(
                _ -> {
                  scheduled = false;
                  flow();
                });
          }
        });
    return this;
  }

  @Override
  public void cancel() {
    Contexts.execute(
        context,
        () -> {
          if (!over) {
            over = true;
            held.clear();
            source.cancelled();
          }
        });
  }
}
