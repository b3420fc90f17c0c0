package dev.weft.durable.internal.node;

import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits what objects have written, many objects in one statement. An object has at most one
 * commit on its way, so its commits keep their order whichever lane takes them. Thread-safe.
 */
public final class Flusher {
  /** Beyond this a flush takes longer and carries hardly more. */
  private static final int MAX_BATCH = 512;

  /** A statement is made in memory, here and in the database. */
  private static final long MAX_BYTES = 8 << 20;

  /** So many waiting objects are worth a second statement beside the one on its way. */
  private static final int WORTH_ANOTHER_LANE = 96;

  private final HostMetrics metrics;
  private final LongSupplier nanoClock;
  private final Batcher<Writer> batcher;

  /** An instance, as its commits are taken from it. Any thread. */
  public interface Writer {
    /** The next part of what it has written; null when there is nothing to commit. */
    @Nullable Commit takeCommit();

    /** Bytes of the part on its way. */
    long sentBytes();

    /** What became of the last {@link #takeCommit}. */
    void committed(CommitResult result);

    /** Something of the runtime has failed for it. */
    void broke(Throwable fault);
  }

  /**
   * @param nanoClock monotonic
   */
  Flusher(List<ObjectStore.Lane> lanes, HostMetrics metrics, LongSupplier nanoClock) {
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    List<Function<List<Writer>, Future<?>>> flights = new ArrayList<>();
    lanes.forEach(lane -> flights.add(waiting -> flush(lane, waiting)));
    this.batcher = new Batcher<>(MAX_BATCH, WORTH_ANOTHER_LANE, flights);
  }

  /** The object has something to commit. */
  void add(Writer writer) {
    batcher.add(writer);
  }

  private Future<?> flush(ObjectStore.Lane lane, List<Writer> waiting) {
    List<Writer> from = new ArrayList<>(waiting.size());
    List<Commit> batch = new ArrayList<>(waiting.size());
    long bytes = 0;
    for (Writer writer : waiting) {
      if (bytes >= MAX_BYTES) {
        add(writer);
        continue;
      }
      // Null when an earlier entry of the same object took everything.
      Commit commit = writer.takeCommit();
      if (commit != null) {
        from.add(writer);
        batch.add(commit);
        bytes += writer.sentBytes();
      }
    }
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    long began = nanoClock.getAsLong();
    return lane.commit(batch)
        .otherwise(_ -> batch.stream().<CommitResult>map(_ -> new CommitResult.Unknown()).toList())
        .map(
            results -> {
              metrics.flushed(batch.size(), nanoClock.getAsLong() - began);
              for (int i = 0; i < from.size(); i++) {
                settle(from.get(i), results.get(i));
              }
              return results;
            });
  }

  /** What goes wrong with one object is kept from the others of its batch. */
  private static void settle(Writer writer, CommitResult result) {
    try {
      writer.committed(result);
    } catch (RuntimeException | Error e) {
      writer.broke(e);
    }
  }
}
