package dev.weft.rag.embed;

import ai.onnxruntime.OrtException;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.Embeddings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
 * model is loaded when it is first asked for and freed when it has not been asked for a while.
 * Thread-safe.
 */
public final class Embedder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Embedder.class);

  private final int queueSize;
  private final Semaphore room;
  private final ThreadPoolExecutor workers;
  private final AtomicLong arrivals = new AtomicLong();
  private final long idleNanos;
  private final Map<EmbeddingModel, IdleModel> models = new EnumMap<>(EmbeddingModel.class);
  private final ScheduledThreadPoolExecutor freeing;

  /**
   * @param threads texts encoded at once
   * @param queueSize texts that may wait or run at once
   * @param idle how long a model stays in memory after its last use
   */
  public Embedder(int threads, int queueSize, Duration idle) {
    this(threads, queueSize, idle, Encoder::load);
  }

  Embedder(int threads, int queueSize, Duration idle, IdleModel.Loader loader) {
    this.idleNanos = idle.toNanos();
    for (EmbeddingModel model : EmbeddingModel.values()) {
      models.put(model, new IdleModel(model, loader));
    }
    this.freeing =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("rag-embed-idle").daemon().factory());
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

  /** Whether a model is in memory now. */
  public boolean loaded(EmbeddingModel model) {
    return of(model).loaded();
  }

  /** Why a model could not be loaded when it was last tried; null when it could. */
  public @Nullable String trouble() {
    return models.values().stream()
        .map(IdleModel::trouble)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private IdleModel of(EmbeddingModel model) {
    return Objects.requireNonNull(models.get(model));
  }

  private IdleModel.Use use(EmbeddingModel model) {
    try {
      boolean first = !of(model).loaded();
      IdleModel.Use use = of(model).use();
      if (first) {
        freeLater(model, idleNanos);
      }
      return use;
    } catch (IdleModel.LoadException e) {
      throw WeftError.of(
              "rag:embedding",
              Reason.UNAVAILABLE,
              "The embedding model %s cannot be loaded; see the log of rag.".formatted(model.id()))
          .exception(e);
    }
  }

  /** Looks after a while whether the model is idle; nothing is looked at while none is loaded. */
  private void freeLater(EmbeddingModel model, long nanos) {
    try {
      freeing.schedule(
          () -> {
            long again = of(model).freeWhenIdle(idleNanos);
            if (again > 0) {
              freeLater(model, again);
            }
          },
          nanos,
          TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.atDebug().log("The embedder is closing and frees its models itself");
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
        try (IdleModel.Use use = use(model)) {
          Encoder.Encoded encoded = use.encoder().encode(texts.get(index), query);
          vectors[index] = encoded.vector();
          tokens.addAndGet(encoded.tokens());
        }
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
    freeing.shutdownNow();
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
    models.values().forEach(IdleModel::free);
  }
}
