package dev.weft.rag.embed;

import ai.onnxruntime.OrtException;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.Embeddings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes embeddings on threads of its own, so many at once and so many in the queue: one more
 * text is refused as a whole request. Queries overtake passages, since somebody waits for them. A
 * model is loaded when it is first asked for. Thread-safe.
 */
public final class Embedder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Embedder.class);

  private final int queueSize;
  private final Semaphore room;
  private final ThreadPoolExecutor workers;
  private final AtomicLong arrivals = new AtomicLong();
  private final Map<EmbeddingModel, Encoder> loaded = new ConcurrentHashMap<>();
  private volatile @Nullable String trouble;

  /**
   * @param threads texts encoded at once
   * @param queueSize texts that may wait or run at once
   */
  public Embedder(int threads, int queueSize) {
    this.queueSize = queueSize;
    this.room = new Semaphore(queueSize);
    this.workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            Thread.ofPlatform().name("rag-embed-", 0).daemon().factory());
    workers.allowCoreThreadTimeOut(true);
  }

  /**
   * The vectors of texts, in order. Completes on a thread of the embedder. Fails with {@code
   * rag:embedding.overloaded}, {@code rag:embedding.unavailable} when the model cannot run here, or
   * {@code rag:embedding.cancelled}.
   *
   * @param unwanted asked before each text: whether the caller has given up
   */
  public Future<Embeddings> embed(
      EmbeddingModel model, List<String> texts, boolean query, BooleanSupplier unwanted) {
    if (!room.tryAcquire(texts.size())) {
      return Future.failedFuture(
          WeftError.of(
                  "rag:embedding",
                  Reason.OVERLOADED,
                  "%d texts wait to be embedded, as many as may; try again soon or send fewer."
                      .formatted(queueSize - room.availablePermits()))
              .exception());
    }
    Batch batch = new Batch(model, texts, query, unwanted);
    for (int i = 0; i < texts.size(); i++) {
      workers.execute(new Task(batch, i, arrivals.incrementAndGet()));
    }
    return batch.promise.future();
  }

  /** What can be said of a model: whether it is loaded, or why it cannot be. */
  public String state(EmbeddingModel model) {
    return loaded.containsKey(model) ? "loaded" : "loaded on first use";
  }

  /** Why embedding failed last; null when it did not. */
  public @Nullable String trouble() {
    return trouble;
  }

  private Encoder encoder(EmbeddingModel model) {
    return loaded.computeIfAbsent(model, this::load);
  }

  private Encoder load(EmbeddingModel model) {
    try {
      Encoder encoder = Encoder.load(model);
      trouble = null;
      log.atInfo().addKeyValue("model", model.id()).log("Embedding model loaded");
      return encoder;
    } catch (IOException | OrtException | LinkageError e) {
      trouble = model.id() + " cannot be loaded: " + e.getMessage();
      log.atError().addKeyValue("model", model.id()).setCause(e).log("Model cannot be loaded");
      throw WeftError.of(
              "rag:embedding",
              Reason.UNAVAILABLE,
              "The embedding model %s does not run on this machine; see the log of rag."
                  .formatted(model.id()))
          .withRetryable(false)
          .exception(e);
    }
  }

  /** The texts of one request. */
  private final class Batch {
    private final EmbeddingModel model;
    private final List<String> texts;
    private final boolean query;
    private final BooleanSupplier unwanted;
    private final float[][] vectors;
    private final AtomicInteger left;
    private final AtomicInteger tokens = new AtomicInteger();
    private final Promise<Embeddings> promise = Promise.promise();

    Batch(EmbeddingModel model, List<String> texts, boolean query, BooleanSupplier unwanted) {
      this.model = model;
      this.texts = texts;
      this.query = query;
      this.unwanted = unwanted;
      this.vectors = new float[texts.size()][];
      this.left = new AtomicInteger(texts.size());
    }

    void encode(int index) {
      try {
        if (promise.future().isComplete()) {
          return;
        }
        if (unwanted.getAsBoolean()) {
          promise.tryFail(
              WeftError.of("rag:embedding", Reason.CANCELLED, "The caller gave up.").exception());
          return;
        }
        Encoder.Encoded encoded = encoder(model).encode(texts.get(index), query);
        vectors[index] = encoded.vector();
        tokens.addAndGet(encoded.tokens());
      } catch (WeftException e) {
        promise.tryFail(e);
      } catch (OrtException | RuntimeException e) {
        promise.tryFail(
            WeftError.of("rag:embedding", Reason.INTERNAL, "Embedding failed; see the log of rag.")
                .withOutcome(Outcome.EXECUTED)
                .exception(e));
      } finally {
        room.release();
        if (left.decrementAndGet() == 0 && !promise.future().isComplete()) {
          promise.tryComplete(new Embeddings(model.id(), Arrays.asList(vectors), tokens.get()));
        }
      }
    }
  }

  /** One text in the queue: queries first, then in order of arrival. */
  private record Task(Batch batch, int index, long arrival) implements Runnable, Comparable<Task> {
    @Override
    public void run() {
      batch.encode(index);
    }

    @Override
    public int compareTo(Task other) {
      int byKind = Boolean.compare(other.batch.query, batch.query);
      return byKind != 0 ? byKind : Long.compare(arrival, other.arrival);
    }
  }

  /**
   * Ends the threads, dropping what waits, and frees the models. Blocks for at most a few seconds.
   */
  @Override
  public void close() {
    for (Runnable waiting : workers.shutdownNow()) {
      if (waiting instanceof Task task) {
        task.batch.promise.tryFail(
            WeftError.of("rag", Reason.UNAVAILABLE, "The service is stopping.").exception());
      }
    }
    try {
      if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
        // Freeing a model that is in use would crash the process; it ends soon anyway.
        log.atWarn().log("An embedding is still running; its model is left in memory");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    loaded.values().forEach(Embedder::free);
    loaded.clear();
  }

  private static void free(Encoder encoder) {
    try {
      encoder.close();
    } catch (OrtException e) {
      log.atWarn().setCause(e).log("Freeing an embedding model failed");
    }
  }
}
