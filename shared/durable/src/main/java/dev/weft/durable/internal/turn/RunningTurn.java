package dev.weft.durable.internal.turn;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The turn of an object that a thread works on, as those see it who act on its behalf. */
public abstract class RunningTurn {
  private static final ScopedValue<RunningTurn> CURRENT = ScopedValue.newInstance();

  private @Nullable Thread thread;

  /** The turn that the current thread works on; null for none. */
  public static @Nullable RunningTurn current() {
    RunningTurn turn = CURRENT.isBound() ? CURRENT.get() : null;
    // Forks of a structured task scope inherit the value, not the permission to run.
    return turn != null && turn.thread == Thread.currentThread() ? turn : null;
  }

  /** Runs the body as this turn. */
  protected final void run(Runnable body) {
    thread = Thread.currentThread();
    ScopedValue.where(CURRENT, this).run(body);
  }

  /** The call it answers. */
  public abstract CallContext call();

  /** Objects that wait for it, its own included, as {@code namespace:id}. */
  public abstract List<String> chain();

  /** Starts something outside once all that the object wrote before is durable. */
  public abstract <T> Future<T> afterWrites(Supplier<Future<T>> operation);

  /** Whether it lets no other turn of its object run while it waits. */
  public abstract boolean isHolding();

  /** Waits for the answer of an object, while other turns may run unless it holds them off. */
  public abstract <T> T await(ObjectId object, Future<T> answer);

  /** Waits for something outside, while other turns may run. */
  public abstract <T> T await(Future<T> future);
}
