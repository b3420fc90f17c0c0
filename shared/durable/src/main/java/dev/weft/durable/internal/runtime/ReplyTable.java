package dev.weft.durable.internal.runtime;

import dev.weft.durable.internal.store.WriteSet;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replies kept under request ids, so that a repeated call has one effect. Not thread-safe: for
 * whoever holds the object.
 */
final class ReplyTable {
  private static final int REMEMBERED = 64;

  private final Activation activation;
  private final Map<String, WriteSet.Reply> remembered =
      new LinkedHashMap<>(4) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WriteSet.Reply> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Map<String, Promise<Void>> running = new HashMap<>(0);

  ReplyTable(Activation activation) {
    this.activation = activation;
  }

  /**
   * The reply to a request that was handled before; if it is being handled, waits for that. Null
   * means that the caller is to handle it, and to say so by {@link #finished}.
   */
  WriteSet.@Nullable Reply begin(String requestId) {
    for (Promise<Void> first = running.get(requestId);
        first != null;
        first = running.get(requestId)) {
      activation.turns().await(first.future());
    }
    WriteSet.Reply known = remembered.get(requestId);
    if (known != null) {
      return known;
    }
    Promise<Void> mine = Promise.promise();
    running.put(requestId, mine);
    WriteSet.Reply stored =
        activation.turns().read(store -> store.reply(activation.id(), requestId)).orElse(null);
    if (stored != null) {
      finished(requestId);
    }
    return stored;
  }

  /** Keeps the reply with what the turn wrote. */
  void keep(WriteSet.Reply reply) {
    remembered.put(reply.requestId(), reply);
    activation.memory().writes().reply(reply);
  }

  /** The request is not being handled any more. */
  void finished(String requestId) {
    Promise<Void> mine = running.remove(requestId);
    if (mine != null) {
      mine.tryComplete();
    }
  }
}
