package dev.weft.rag.embed;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that is loaded when it is used and freed when it has not been for a while. Thread-safe:
 * those who use it at the same time while it is not loaded wait for one load. Blocks while it
 * loads.
 */
final class IdleModel {

  private static final Logger log = LoggerFactory.getLogger(IdleModel.class);

  private final EmbeddingModel model;
  private final Loader loader;
  private @Nullable Encoder encoder;
  private int users;
  private long lastUse;
  private volatile boolean loaded;
  private volatile @Nullable String trouble;

  /** Loads a model. */
  @FunctionalInterface
  interface Loader {
    Encoder load(EmbeddingModel model) throws Exception;
  }

  /** A use of the loaded model, which stays loaded until it is closed. */
  interface Use extends AutoCloseable {
    Encoder encoder();

    @Override
    void close();
  }

  /** The model could not be loaded. */
  static final class LoadException extends Exception {
    private static final long serialVersionUID = 1;

    LoadException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  IdleModel(EmbeddingModel model, Loader loader) {
    this.model = model;
    this.loader = loader;
  }

  /** Begins a use, loading the model when it is not loaded. A load that failed is tried again. */
  synchronized Use use() throws LoadException {
    Encoder ready = encoder;
    if (ready == null) {
      ready = load();
      encoder = ready;
    }
    users++;
    Encoder used = ready;
    return new Use() {
      @Override
      public Encoder encoder() {
        return used;
      }

      @Override
      public void close() {
        used();
      }
    };
  }

  private Encoder load() throws LoadException {
    long start = System.nanoTime();
    try {
      Encoder fresh = loader.load(model);
      trouble = null;
      loaded = true;
      log.atInfo()
          .addKeyValue("model", model.id())
          .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .log("Embedding model loaded");
      return fresh;
    } catch (Exception | LinkageError e) {
      trouble = model.id() + " cannot be loaded: " + e.getMessage();
      log.atError().addKeyValue("model", model.id()).setCause(e).log("Model cannot be loaded");
      throw new LoadException(model.id(), e);
    }
  }

  private synchronized void used() {
    users--;
    lastUse = System.nanoTime();
  }

  /**
   * Frees the model when it has been idle for so long.
   *
   * @return nanoseconds after which to ask again; 0 when it is not loaded
   */
  synchronized long freeWhenIdle(long idleNanos) {
    if (encoder == null) {
      return 0;
    }
    if (users > 0) {
      return idleNanos;
    }
    long left = lastUse + idleNanos - System.nanoTime();
    if (left > 0) {
      return left;
    }
    free();
    log.atInfo().addKeyValue("model", model.id()).log("Embedding model freed: it was idle");
    return 0;
  }

  /** Frees the model; nobody may be using it. */
  synchronized void free() {
    Encoder freed = encoder;
    encoder = null;
    loaded = false;
    if (freed != null) {
      freed.close();
      NativeMemory.trim();
    }
  }

  /** Whether it is loaded; does not wait for a load. */
  boolean loaded() {
    return loaded;
  }

  /** Why the last load failed; null when it did not. */
  @Nullable String trouble() {
    return trouble;
  }
}
