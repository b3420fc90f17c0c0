package dev.weft.durable.internal.runtime;

import dev.weft.durable.internal.node.Batcher;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Commits what objects have written, many objects in one statement. An object has at most one
 * commit on its way, so its commits keep their order whichever lane takes them. Thread-safe.
 */
final class Flusher {
  /** Beyond this a flush takes longer and carries hardly more. */
  private static final int MAX_BATCH = 512;

  /** A statement is made in memory, here and in the database. */
  private static final long MAX_BYTES = 8 << 20;

  /** So many waiting objects are worth a second statement beside the one on its way. */
  private static final int WORTH_ANOTHER_LANE = 96;

  private final HostMetrics metrics;
  private final Batcher<Activation> batcher;

  Flusher(List<ObjectStore.Lane> lanes, HostMetrics metrics) {
    this.metrics = metrics;
    List<Function<List<Activation>, Future<?>>> flights = new ArrayList<>();
    lanes.forEach(lane -> flights.add(waiting -> flush(lane, waiting)));
    this.batcher = new Batcher<>(MAX_BATCH, WORTH_ANOTHER_LANE, flights);
  }

  /** The object has something to commit. */
  void add(Activation activation) {
    batcher.add(activation);
  }

  private Future<?> flush(ObjectStore.Lane lane, List<Activation> waiting) {
    List<Activation> from = new ArrayList<>(waiting.size());
    List<Commit> batch = new ArrayList<>(waiting.size());
    long bytes = 0;
    for (Activation activation : waiting) {
      if (bytes >= MAX_BYTES) {
        add(activation);
        continue;
      }
      // Null when an earlier entry of the same object took everything.
      Commit commit = activation.takeCommit();
      if (commit != null) {
        from.add(activation);
        batch.add(commit);
        bytes += activation.commits().sentBytes();
      }
    }
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    long began = System.nanoTime();
    return lane.commit(batch)
        .otherwise(_ -> batch.stream().<CommitResult>map(_ -> new CommitResult.Unknown()).toList())
        .map(
            results -> {
              metrics.flushed(batch.size(), System.nanoTime() - began);
              for (int i = 0; i < from.size(); i++) {
                settle(from.get(i), results.get(i));
              }
              return results;
            });
  }

  /** What goes wrong with one object is kept from the others of its batch. */
  private static void settle(Activation activation, CommitResult result) {
    try {
      activation.committed(result);
    } catch (RuntimeException | Error e) {
      activation.broke(e);
    }
  }
}
