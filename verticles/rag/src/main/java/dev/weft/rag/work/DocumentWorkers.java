package dev.weft.rag.work;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.rag.text.Budget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work on documents on threads of its own, each piece within a {@link Budget}, so many at
 * once and so many in the queue. Whatever a document does to the work, throwing an {@link Error}
 * included, fails the request that brought it and nothing else.
 *
 * <p>Work ends by asking its budget. Work that does not ask is given up after a while: its request
 * fails, another thread takes over, and health tells of the stuck one, which Java has no means to
 * end. Thread-safe.
 */
public final class DocumentWorkers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DocumentWorkers.class);

  private final int threads;
  private final Budget.Limits limits;
  private final Duration patience;
  private final ThreadPoolExecutor workers;
  private final ScheduledThreadPoolExecutor watch;
  private final Set<Job<?>> running = ConcurrentHashMap.newKeySet();
  private int stuck;
  private volatile boolean closed;

  /**
   * @param threads documents worked on at once
   * @param queue documents that may wait
   * @param limits of each document
   * @param patience time on the clock after which work is given up; longer than the processor time
   *     of the limits, since work waits for the processor too
   */
  public DocumentWorkers(int threads, int queue, Budget.Limits limits, Duration patience) {
    this.threads = threads;
    this.limits = limits;
    this.patience = patience;
    this.workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            Thread.ofPlatform().name("rag-document-", 0).daemon().factory());
    workers.allowCoreThreadTimeOut(true);
    this.watch =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("rag-document-watch").daemon().factory());
    watch.setRemoveOnCancelPolicy(true);
    watch.setKeepAliveTime(30, TimeUnit.SECONDS);
    watch.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a piece of work. Completes on a thread of its own or of the watch. Fails with {@code
   * rag:document.unprocessable} and why, {@code rag:document.overloaded}, {@code
   * rag:document.cancelled}, {@code rag:document.unavailable} when the service stops, or with what
   * refusal the work throws.
   *
   * @param unwanted whether the caller has given up
   */
  public <T> Future<T> run(Function<Budget, T> work, BooleanSupplier unwanted) {
    Job<T> job = new Job<>(work, unwanted);
    try {
      workers.execute(job);
    } catch (RejectedExecutionException full) {
      return Future.failedFuture(
          closed
              ? stopping()
              : WeftError.of(
                      DocumentFaults.AREA,
                      Reason.OVERLOADED,
                      "Too many documents wait to be processed; try again soon.")
                  .withDetail(WeftError.RETRY_AFTER_MILLIS, 1_000)
                  .exception());
    }
    return job.promise.future();
  }

  /** Documents whose processing was given up and has not ended. */
  public synchronized int stuck() {
    return stuck;
  }

  private static WeftException stopping() {
    return WeftError.of(DocumentFaults.AREA, Reason.UNAVAILABLE, "The service is stopping.")
        .exception();
  }

  /** Makes room for as many again as there are threads; beyond that documents must wait. */
  private synchronized void lose() {
    stuck++;
    if (stuck <= threads && !closed) {
      workers.setMaximumPoolSize(threads + stuck);
      workers.setCorePoolSize(threads + stuck);
    }
  }

  private synchronized void regain() {
    stuck--;
    if (stuck < threads && !closed) {
      workers.setCorePoolSize(threads + stuck);
      workers.setMaximumPoolSize(threads + stuck);
    }
  }

  private final class Job<T> implements Runnable {
    private final Function<Budget, T> work;
    private final BooleanSupplier unwanted;
    private final Promise<T> promise = Promise.promise();
    private @Nullable Thread thread;
    private @Nullable Budget budget;
    private boolean lost;

    Job(Function<Budget, T> work, BooleanSupplier unwanted) {
      this.work = work;
      this.unwanted = unwanted;
    }

    @Override
    public void run() {
      if (unwanted.getAsBoolean()) {
        promise.tryFail(
            WeftError.of(DocumentFaults.AREA, Reason.CANCELLED, "The caller gave up.").exception());
        return;
      }
      Budget own = new Budget(limits, unwanted);
      synchronized (this) {
        thread = Thread.currentThread();
        budget = own;
      }
      running.add(this);
      if (closed) {
        // It may have missed being told.
        stop();
      }
      ScheduledFuture<?> watched =
          watch.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
      try {
        promise.tryComplete(work.apply(own));
      } catch (WeftException refused) {
        promise.tryFail(refused);
      } catch (Budget.Exceeded exceeded) {
        promise.tryFail(
            closed
                ? stopping()
                : DocumentFaults.unprocessable(DocumentFaults.reason(exceeded), null));
      } catch (Throwable fault) {
        // An Error too: the thread and the service go on, the document does not.
        log.atError().setCause(fault).log("Processing a document failed");
        promise.tryFail(DocumentFaults.unprocessable(DocumentFaults.reason(fault), fault));
      } finally {
        watched.cancel(false);
        running.remove(this);
        ended();
      }
    }

    private synchronized void ended() {
      thread = null;
      if (lost) {
        regain();
      }
    }

    private synchronized void giveUp() {
      Thread at = thread;
      if (at == null || budget == null) {
        return;
      }
      budget.end();
      lost = true;
      lose();
      IllegalStateException where = new IllegalStateException("still running");
      where.setStackTrace(at.getStackTrace());
      log.atError()
          .setCause(where)
          .log("Processing a document does not end; its thread is given up");
      promise.tryFail(
          DocumentFaults.unprocessable(
              "its processing did not end within %,d ms".formatted(patience.toMillis()), null));
    }

    private synchronized void stop() {
      if (budget != null) {
        budget.end();
      }
      promise.tryFail(stopping());
    }
  }

  /** Ends what runs, by its budget, and fails what waits. Returns at once. */
  @Override
  public void close() {
    closed = true;
    workers.shutdown();
    List<Runnable> waiting = new ArrayList<>();
    workers.getQueue().drainTo(waiting);
    for (Runnable job : waiting) {
      ((Job<?>) job).stop();
    }
    running.forEach(Job::stop);
    watch.shutdown();
  }
}
