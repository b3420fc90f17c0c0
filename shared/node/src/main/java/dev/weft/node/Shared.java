package dev.weft.node;

import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that all instances of a verticle use together: the first to start opens it, the last to
 * stop closes it. An instance takes it in {@code start} and leaves it in {@code stop}. Thread-safe.
 */
public final class Shared<T> {
  private final Supplier<Future<T>> open;
  private final Function<T, Future<Void>> close;
  private @Nullable Future<T> opened;
  private int users;

  /**
   * @param open called on the thread of the first user
   * @param close called on the thread of the last
   */
  public Shared(Supplier<Future<T>> open, Function<T, Future<Void>> close) {
    this.open = open;
    this.close = close;
  }

  /** Takes it; opens it when nobody has it. When this fails, nobody need leave it. */
  public synchronized Future<T> take() {
    users++;
    Future<T> known = opened;
    if (known == null) {
      known = open.get();
      opened = known;
    }
    return known;
  }

  /** Leaves it; closes it when nobody has it any more. */
  public synchronized Future<Void> leave() {
    Future<T> known = opened;
    if (--users > 0 || known == null) {
      return Future.succeededFuture();
    }
    opened = null;
    return known.transform(
        ready -> ready.succeeded() ? close.apply(ready.result()) : Future.succeededFuture());
  }
}
