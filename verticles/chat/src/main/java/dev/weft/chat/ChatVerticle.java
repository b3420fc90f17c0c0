package dev.weft.chat;

import dev.weft.chat.conversation.PgConversationStore;
import dev.weft.chat.offline.OfflineModel;
import dev.weft.chat.prepare.Preparation;
import dev.weft.chat.provider.ChatMetrics;
import dev.weft.chat.provider.ModelCatalog;
import dev.weft.chat.provider.ModelRouter;
import dev.weft.chat.provider.Provider;
import dev.weft.chat.provider.ProviderClient;
import dev.weft.chat.provider.Providers;
import dev.weft.chat.provider.Relays;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.Mesh;
import dev.weft.node.NodeContext;
import dev.weft.node.config.Config;
import dev.weft.node.http.Outbound;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves completions and models on an event loop; what waits runs in a verticle of its own on
 * virtual threads, which comes and goes with this one. Each instance has its own connections to the
 * providers.
 */
final class ChatVerticle extends VerticleBase {

  private final NodeContext node;
  private @Nullable ProviderClient client;

  ChatVerticle(NodeContext node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    Config config = node.config();
    Outbound outbound = Outbound.of(config);
    List<Provider> providers = Providers.of(config, outbound);
    ProviderClient http = new ProviderClient(vertx, outbound.trust());
    client = http;
    ModelCatalog catalog =
        new ModelCatalog(
            vertx,
            http,
            node.mesh().budget(),
            config.get(ChatKeys.MODELS_TIMEOUT),
            config.get(ChatKeys.MODELS_CACHE));
    ModelRouter router = new ModelRouter(providers, catalog, config.get(ChatKeys.DEFAULT_MODEL));
    OfflineModel offline = new OfflineModel(vertx, node.mesh(), !providers.isEmpty(), node.time());
    for (Provider provider : providers) {
      node.addHealthCheck(() -> Future.succeededFuture(provider.health().check(provider)));
    }
    node.addHealthCheck(() -> Future.succeededFuture(offline.check()));
    StraightCode straight = new StraightCode();
    Completions completions = completions(providers, router, http, straight, offline);
    return vertx
        .deployVerticle(
            straight, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .compose(deployed -> serve(completions, router));
  }

  private Completions completions(
      List<Provider> providers,
      ModelRouter router,
      ProviderClient http,
      StraightCode straight,
      OfflineModel offline) {
    Config config = node.config();
    ChatMetrics metrics = new ChatMetrics(node.metrics());
    providers.forEach(provider -> metrics.expect(provider.name()));
    return new Completions(
        new Completions.Parts(
            vertx,
            router,
            new Relays(
                vertx, http, metrics, config.get(ChatKeys.MAX_ANSWER_BYTES), node.mesh().budget()),
            straight,
            new Preparation(
                node.mesh(),
                new PgConversationStore(
                    vertx,
                    node.database(),
                    config.get(ChatKeys.CONVERSATION_LEASE),
                    config.get(ChatKeys.HISTORY_CHARACTERS))),
            offline,
            config.get(ChatKeys.OFFLINE_TOKENS_PER_SECOND),
            metrics));
  }

  private Future<?> serve(Completions completions, ModelRouter router) {
    Mesh mesh = node.mesh();
    return Future.all(
        mesh.serve(ChatApi.CREATE_COMPLETION, completions::create),
        mesh.serve(ChatApi.STREAM_COMPLETION, completions::stream),
        mesh.serve(ChatApi.LIST_MODELS, (request, caller) -> router.list()),
        mesh.serve(ChatApi.GET_MODEL, (request, caller) -> router.get(request.id())));
  }

  @Override
  public Future<?> stop() {
    return client == null ? Future.succeededFuture() : client.close();
  }
}
