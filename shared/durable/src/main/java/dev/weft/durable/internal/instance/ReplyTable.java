package dev.weft.durable.internal.instance;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.WriteSet;
import dev.weft.json.Json;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replies kept under request ids, so that a repeated call has one effect. Not thread-safe: for
 * whoever holds the object.
 */
public final class ReplyTable {
  /** Replies held though the database has them too. */
  private static final int REMEMBERED = 64;

  private final TurnSupport turns;
  private final Supplier<ObjectId> id;
  private final Body body;

  /** The latest, the oldest first. */
  private final Map<String, Remembered> remembered = new LinkedHashMap<>(4);

  private final Map<String, Promise<Void>> running = new HashMap<>(0);

  /**
   * @param turns of the object; they wait by it
   */
  ReplyTable(TurnSupport turns, Supplier<ObjectId> id, Body body) {
    this.turns = turns;
    this.id = id;
    this.body = body;
  }

  /**
   * A reply in memory.
   *
   * @param version what it is durable with
   */
  private record Remembered(KeptReply reply, long version) {}

  /**
   * The reply to a request that was handled before; if it is being handled, waits for that. Null
   * means that the caller is to handle it, and to say so by {@link #finished}.
   */
  public @Nullable KeptReply begin(String requestId) {
    for (Promise<Void> first = running.get(requestId);
        first != null;
        first = running.get(requestId)) {
      turns.await(first.future());
    }
    Remembered known = remembered.get(requestId);
    if (known != null) {
      return known.reply();
    }
    running.put(requestId, Promise.promise());
    KeptReply stored = null;
    boolean unknown = false;
    try {
      stored = stored(requestId);
      unknown = stored == null;
    } finally {
      if (!unknown) {
        finished(requestId);
      }
    }
    return stored;
  }

  private @Nullable KeptReply stored(String requestId) {
    return turns
        .read(store -> store.reply(id.get(), requestId))
        .map(row -> Json.decode(row.body(), KeptReply.class))
        .orElse(null);
  }

  /** Keeps the reply with what the turn wrote. */
  public void keep(String requestId, KeptReply reply) {
    body.memory()
        .writes()
        .reply(new WriteSet.Reply(requestId, reply.failure() != null, Json.encodeBytes(reply)));
    remembered.put(requestId, new Remembered(reply, turns.versionAhead()));
    forgetOldest();
  }

  /** One that is on its way to the database is found nowhere but here. */
  private void forgetOldest() {
    Iterator<Remembered> oldest = remembered.values().iterator();
    while (remembered.size() > REMEMBERED && oldest.next().version() <= body.gate().durable()) {
      oldest.remove();
    }
  }

  /** The request is not being handled any more. For the one who was to handle it. */
  public void finished(String requestId) {
    Promise<Void> mine = running.remove(requestId);
    if (mine != null) {
      mine.tryComplete();
    }
  }
}
