package dev.weft.durable.internal.node;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.util.List;

/**
 * Asks the database whether objects are still owned at their epoch, many in one statement: what
 * makes a read's answer valid without trust in clocks.
 */
public final class Confirmer {
  private static final int MAX_BATCH = 512;

  private final ObjectStore store;
  private final Batcher<Question> batcher = new Batcher<>(MAX_BATCH, this::ask);

  /** An instance that wants to answer without having written. Any thread. */
  public interface Reader {
    ObjectId id();

    /** At which it owns its object, as far as it knows. */
    long epoch();

    /** Whether the lease is not enough for it, and the database is asked. */
    boolean strictReads();

    /** The database says that another owns the object. */
    void fenced();

    /** Something of the runtime has failed for it. */
    void broke(Throwable fault);
  }

  private record Question(Reader reader, long epoch, Runnable owned, Runnable notOwned) {
    ObjectId id() {
      return reader.id();
    }

    void answer(boolean isOwned) {
      guarded(isOwned ? owned : notOwned);
      if (!isOwned) {
        // It would be met by all who try again, until it writes or its lease is over.
        guarded(reader::fenced);
      }
    }

    void fail() {
      guarded(notOwned);
    }

    private void guarded(Runnable action) {
      try {
        action.run();
      } catch (RuntimeException | Error e) {
        reader.broke(e);
      }
    }
  }

  Confirmer(ObjectStore store) {
    this.store = store;
  }

  void confirm(Reader reader, Runnable owned, Runnable notOwned) {
    batcher.add(new Question(reader, reader.epoch(), owned, notOwned));
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
