package dev.weft.mesh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller's way to give up. Thread-safe; fires once. Actions run on the thread that cancels (or at
 * once, when it has already happened) and must not block.
 */
public final class Cancellation {
  private @Nullable List<Runnable> actions = new ArrayList<>(2);

  /** Gives up. Later calls do nothing. */
  public void cancel() {
    List<Runnable> todo;
    synchronized (this) {
      todo = actions;
      actions = null;
    }
    if (todo != null) {
      todo.forEach(Runnable::run);
    }
  }

  public synchronized boolean isCancelled() {
    return actions == null;
  }

  /** Runs the action when this is cancelled. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (actions != null) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
