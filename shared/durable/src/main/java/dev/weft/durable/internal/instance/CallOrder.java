package dev.weft.durable.internal.instance;

import dev.weft.durable.internal.call.ObjectRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the calls of one stub enter in the order they were made: a call that follows one
 * which is still on its way is taken only after it. Forgetting a stub is harmless: its calls are
 * sent again, one after the other. Thread-safe.
 */
public final class CallOrder {
  private static final int REMEMBERED = 64;

  private @Nullable Map<Long, Long> lastOfStub;

  /** Whether the call may enter now. */
  public synchronized boolean accept(ObjectRequest request) {
    if (request.stub() == 0) {
      return true;
    }
    Map<Long, Long> last = lastOfStub;
    if (last == null) {
      last = newMap();
      lastOfStub = last;
    }
    if (request.previous() != 0) {
      Long seen = last.get(request.stub());
      if (seen == null || seen != request.previous()) {
        return false;
      }
    }
    last.put(request.stub(), request.sequence());
    return true;
  }

  /** Forgets all stubs. */
  public synchronized void clear() {
    lastOfStub = null;
  }

  private static Map<Long, Long> newMap() {
    return new LinkedHashMap<>(4, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
        return size() > REMEMBERED;
      }
    };
  }
}
