package dev.weft.durable.internal.runtime;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.node.Batcher;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.util.List;

/**
 * Asks the database whether objects are still owned at their epoch, many in one statement: what
 * makes a read's answer valid without trust in clocks.
 */
final class Confirmer {
  private static final int MAX_BATCH = 512;

  private final ObjectStore store;
  private final Batcher<Question> batcher = new Batcher<>(MAX_BATCH, this::ask);

  private record Question(Activation activation, long epoch, Runnable owned, Runnable notOwned) {
    ObjectId id() {
      return activation.id();
    }

    void answer(boolean isOwned) {
      guarded(isOwned ? owned : notOwned);
      if (!isOwned) {
        // It would be met by all who try again, until it writes or its lease is over.
        guarded(activation::fenced);
      }
    }

    void fail() {
      guarded(notOwned);
    }

    private void guarded(Runnable action) {
      try {
        action.run();
      } catch (RuntimeException | Error e) {
        activation.broke(e);
      }
    }
  }

  Confirmer(ObjectStore store) {
    this.store = store;
  }

  void confirm(Activation activation, Runnable owned, Runnable notOwned) {
    batcher.add(new Question(activation, activation.commits().epoch(), owned, notOwned));
  }

  private Future<?> ask(List<Question> batch) {
    return store
        .confirm(
            batch.stream().map(Question::id).toList(), batch.stream().map(Question::epoch).toList())
        .onFailure(_ -> batch.forEach(Question::fail))
        .onSuccess(
            answers -> {
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer(answers.get(i));
              }
            });
  }
}
