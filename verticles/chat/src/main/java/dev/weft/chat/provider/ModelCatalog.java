package dev.weft.chat.provider;

import dev.weft.contracts.chat.Model;
import dev.weft.mesh.ByteBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What models the providers have: as configured, or as they say themselves, asked when somebody
 * wants to know and remembered for a while. Thread-safe.
 */
public final class ModelCatalog {

  private static final Logger log = LoggerFactory.getLogger(ModelCatalog.class);

  /** A provider that failed is left alone for so long. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final ProviderClient client;
  private final ByteBudget budget;
  private final Duration timeout;
  private final Duration lifetime;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private static final class Entry {
    volatile @Nullable List<Model> models;
    volatile boolean asked;
    private long goodUntilNanos = System.nanoTime();
    private @Nullable Future<List<Model>> asking;
  }

  /**
   * @param budget what the process may hold of answers
   * @param timeout how long a provider may take
   * @param lifetime how long its answer is used
   */
  public ModelCatalog(
      Vertx vertx, ProviderClient client, ByteBudget budget, Duration timeout, Duration lifetime) {
    this.vertx = vertx;
    this.client = client;
    this.budget = budget;
    this.timeout = timeout;
    this.lifetime = lifetime;
  }

  /** Whether the provider is known to have the model, as of now; asks nobody. */
  boolean knows(Provider provider, String model) {
    if (!provider.models().isEmpty()) {
      return provider.models().contains(model);
    }
    Entry entry = entries.get(provider.name());
    List<Model> models = entry == null ? null : entry.models;
    return models != null && models.stream().anyMatch(known -> known.id().equals(model));
  }

  /** Whether the provider has been asked, with or without success, or never needs to be. */
  boolean hasAsked(Provider provider) {
    Entry entry = entries.get(provider.name());
    return !provider.models().isEmpty() || (entry != null && entry.asked);
  }

  /**
   * The provider's models. An old list is better than none: it is used when the provider cannot be
   * asked. Fails when there is none at all.
   */
  public Future<List<Model>> models(Provider provider) {
    if (!provider.models().isEmpty()) {
      return Future.succeededFuture(
          provider.models().stream()
              .map(id -> new Model(id, "model", 0, provider.name()))
              .toList());
    }
    Entry entry = entries.computeIfAbsent(provider.name(), name -> new Entry());
    Promise<List<Model>> promise = Promise.promise();
    synchronized (entry) {
      if (entry.asking != null) {
        return entry.asking;
      }
      List<Model> models = entry.models;
      if (models != null && System.nanoTime() - entry.goodUntilNanos < 0) {
        return Future.succeededFuture(models);
      }
      entry.asking = promise.future();
    }
    vertx
        .getOrCreateContext()
        .runOnContext(
            any ->
                ModelListing.ask(vertx, client, budget, provider, timeout)
                    .onComplete(
                        answer -> {
                          remember(provider, entry, answer.succeeded() ? answer.result() : null);
                          List<Model> models = entry.models;
                          if (models != null) {
                            promise.complete(models);
                          } else {
                            promise.fail(answer.cause());
                          }
                        }));
    return promise.future();
  }

  private void remember(Provider provider, Entry entry, @Nullable List<Model> answer) {
    synchronized (entry) {
      entry.asking = null;
      entry.asked = true;
      Duration good = answer == null ? AFTER_FAILURE : lifetime;
      entry.goodUntilNanos = System.nanoTime() + good.toNanos();
      if (answer != null) {
        entry.models = answer;
      }
    }
    if (answer == null) {
      log.atWarn()
          .addKeyValue("provider", provider.name())
          .log("The provider's models cannot be listed; what is known is used.");
    }
  }
}
