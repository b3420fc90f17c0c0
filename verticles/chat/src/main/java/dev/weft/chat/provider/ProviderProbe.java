package dev.weft.chat.provider;

import dev.weft.contracts.chat.Model;
import dev.weft.mesh.ByteBudget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks providers for their models, to see whether they can be called. Thread-safe. */
public final class ProviderProbe {
  private final Vertx vertx;
  private final ProviderClient client;
  private final ByteBudget budget = ByteBudget.ofHeap();

  /**
   * @param trust whom to trust; null for those that Java knows
   */
  public ProviderProbe(Vertx vertx, @Nullable TrustOptions trust) {
    this.vertx = vertx;
    this.client = new ProviderClient(vertx, trust);
  }

  /**
   * Asks the provider itself, whatever the configuration names. Costs nothing there.
   *
   * @param limit how long it may take, connecting included
   * @return fails with the error that a completion would meet, such as {@code
   *     chat:provider.unavailable}
   */
  public Future<List<Model>> models(Provider provider, Duration limit) {
    return Future.future(
        promise ->
            vertx
                .getOrCreateContext()
                .runOnContext(
                    any ->
                        ModelListing.ask(vertx, client, budget, provider, limit)
                            .onComplete(promise)));
  }
}
