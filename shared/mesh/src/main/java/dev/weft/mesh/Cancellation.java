package dev.weft.mesh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller's way to give up. Thread-safe; fires once. Actions run on the thread that cancels (or at
 * once, when it has already happened) and must not block.
 */
public final class Cancellation {
  private @Nullable List<Runnable> actions;
  private boolean cancelled;

  /** Gives up. Later calls do nothing. */
  public void cancel() {
    List<Runnable> todo;
    synchronized (this) {
      cancelled = true;
      todo = actions;
      actions = null;
    }
    if (todo != null) {
      todo.forEach(Runnable::run);
    }
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Runs the action when this is cancelled. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        if (actions == null) {
          actions = new ArrayList<>(2);
        }
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * Forgets an action given to {@link #onCancel}: work that is done need not be cancelled, and a
   * cancellation that outlives it must not hold it.
   */
  public synchronized void forget(Runnable action) {
    if (actions != null) {
      // The newest first: calls mostly end in the reverse order of their start.
      for (int i = actions.size() - 1; i >= 0; i--) {
        if (actions.get(i) == action) {
          actions.remove(i);
          return;
        }
      }
    }
  }
}
