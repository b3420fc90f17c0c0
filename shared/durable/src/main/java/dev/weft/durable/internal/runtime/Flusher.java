package dev.weft.durable.internal.runtime;

import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Commits what objects have written, many objects in one statement. Thread-safe. */
final class Flusher {
  /** Beyond this a flush takes longer and carries hardly more. */
  private static final int MAX_BATCH = 512;

  private final ObjectStore.Lane lane;
  private final HostMetrics metrics;
  private final Batcher<Activation> batcher = new Batcher<>(MAX_BATCH, this::flush);

  Flusher(ObjectStore.Lane lane, HostMetrics metrics) {
    this.lane = lane;
    this.metrics = metrics;
  }

  /** The object has something to commit. */
  void add(Activation activation) {
    batcher.add(activation);
  }

  private Future<?> flush(List<Activation> waiting) {
    List<Activation> from = new ArrayList<>(waiting.size());
    List<Commit> batch = new ArrayList<>(waiting.size());
    for (Activation activation : waiting) {
      // Null when an earlier entry of the same object took everything.
      Commit commit = activation.takeCommit();
      if (commit != null) {
        from.add(activation);
        batch.add(commit);
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
                from.get(i).committed(results.get(i));
              }
              return results;
            });
  }
}
