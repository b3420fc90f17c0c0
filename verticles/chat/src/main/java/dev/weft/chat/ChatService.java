package dev.weft.chat;

import dev.weft.chat.conversation.PgConversationStore;
import dev.weft.chat.offline.OfflineModel;
import dev.weft.chat.prepare.Preparation;
import dev.weft.chat.provider.ChatMetrics;
import dev.weft.chat.provider.ModelCatalog;
import dev.weft.chat.provider.Provider;
import dev.weft.chat.provider.ProviderClient;
import dev.weft.chat.provider.Providers;
import dev.weft.chat.provider.Relays;
import dev.weft.chat.provider.Router;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ChatKeys;
import dev.weft.node.config.Config;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chat: completions, models, conversations. */
public final class ChatService implements Service {

  private @Nullable ProviderClient client;

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    Vertx vertx = node.vertx();
    Config config = node.config();
    List<Provider> providers = Providers.of(config);
    ProviderClient http = new ProviderClient(vertx);
    client = http;
    ModelCatalog catalog =
        new ModelCatalog(
            vertx, http, config.get(ChatKeys.MODELS_TIMEOUT), config.get(ChatKeys.MODELS_CACHE));
    Router router = new Router(providers, catalog, config.get(ChatKeys.DEFAULT_MODEL));
    ChatMetrics metrics = new ChatMetrics(node.metrics());
    OfflineModel offline = new OfflineModel(vertx, node.mesh(), !providers.isEmpty());
    StraightCode straight = new StraightCode();
    Completions completions =
        new Completions(
            new Completions.Parts(
                vertx,
                router,
                new Relays(vertx, http, metrics),
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
    for (Provider provider : providers) {
      node.addHealthCheck(() -> Future.succeededFuture(provider.health().check(provider)));
    }
    node.addHealthCheck(() -> Future.succeededFuture(offline.check()));
    return vertx
        .deployVerticle(
            straight, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .compose(
            deployed ->
                vertx.deployVerticle(new CompletionVerticle(node.mesh(), completions, router)))
        .mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    return client == null ? Future.succeededFuture() : client.close();
  }
}
