package dev.weft.rag;

import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.Config;
import dev.weft.node.config.RagKeys;
import dev.weft.rag.embed.Embedder;
import dev.weft.rag.index.Projection;
import dev.weft.rag.store.ChangeListener;
import dev.weft.rag.store.Collections;
import dev.weft.rag.store.DatabaseChanges;
import dev.weft.rag.store.Documents;
import dev.weft.rag.text.Chunker;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rag service: see {@link dev.weft.contracts.rag.RagApi}. */
public final class RagService implements Service {

  private static final Duration OPENING_WAIT = Duration.ofSeconds(5);

  private @Nullable Running running;

  /** What {@link #stop} ends. */
  private record Running(
      Vertx vertx,
      @Nullable String deployment,
      Projection projection,
      ChangeListener listener,
      Embedder embedder) {

    Running deployedAs(String id) {
      return new Running(vertx, id, projection, listener, embedder);
    }
  }

  @Override
  public String name() {
    return "rag";
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    Config config = node.config();
    Pool pool = node.database();
    Chunker chunker =
        new Chunker(
            config.get(RagKeys.CHUNK_CHARACTERS),
            Math.min(
                config.get(RagKeys.CHUNK_CHARACTERS_CJK), config.get(RagKeys.CHUNK_CHARACTERS)));
    Embedder embedder =
        new Embedder(config.get(RagKeys.EMBEDDING_THREADS), config.get(RagKeys.EMBEDDING_QUEUE));
    DatabaseChanges changes = new DatabaseChanges(pool);
    Projection projection =
        new Projection(
            changes,
            indexDirectory(node),
            config.get(RagKeys.CHANGE_POLL),
            config.get(RagKeys.INDEX_COMMIT_INTERVAL));
    ChangeListener listener =
        new ChangeListener(node.vertx(), node.databaseOptions(), projection::wake);
    Running started = new Running(node.vertx(), null, projection, listener, embedder);
    running = started;

    RagHealth health = new RagHealth(changes, projection, embedder);
    node.addHealthCheck(health::index);
    node.addHealthCheck(health::embeddings);
    Gauge.builder("weft.rag.index.lag", projection, Projection::lag)
        .description("Changes known to the node that its search index has not applied yet")
        .register(node.metrics());

    Collections collections = new Collections(pool);
    Documents documents = new Documents(pool);
    projection.start();
    // Ready means searchable; an index that takes long to open must not hold up the rest, though.
    Future<Void> opened = projection.reach(0, OPENING_WAIT).otherwiseEmpty();
    return Future.all(listener.start(), opened)
        .compose(
            ready ->
                node.vertx()
                    .deployVerticle(
                        () ->
                            new RagVerticle(
                                node.mesh(), collections, documents, chunker, projection, embedder),
                        new DeploymentOptions()
                            .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                            .setInstances(Runtime.getRuntime().availableProcessors())))
        .onSuccess(id -> running = started.deployedAs(id))
        .mapEmpty();
  }

  private static Path indexDirectory(NodeContext node) {
    String configured = node.config().get(RagKeys.INDEX_DIRECTORY);
    return configured.isEmpty()
        ? node.dataDirectory().resolve("index").resolve("rag")
        : Path.of(configured);
  }

  @Override
  public Future<Void> stop() {
    Running ending = running;
    if (ending == null) {
      return Future.succeededFuture();
    }
    running = null;
    String deployment = ending.deployment();
    Future<Void> undeployed =
        deployment == null ? Future.succeededFuture() : ending.vertx().undeploy(deployment);
    return undeployed
        .eventually(() -> ending.listener().close())
        .eventually(
            () ->
                ending
                    .vertx()
                    .executeBlocking(
                        () -> {
                          ending.projection().close();
                          ending.embedder().close();
                          return null;
                        },
                        false));
  }
}
