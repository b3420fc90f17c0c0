package dev.weft.rag;

import dev.weft.node.NodeContext;
import dev.weft.node.config.Config;
import dev.weft.postgres.Listener;
import dev.weft.rag.embed.Embedder;
import dev.weft.rag.index.Projection;
import dev.weft.rag.store.ChangeLog;
import dev.weft.rag.store.Collections;
import dev.weft.rag.store.DatabaseChanges;
import dev.weft.rag.store.Documents;
import dev.weft.rag.text.Chunker;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;

/** What all instances of the rag verticle of a node use together. Its parts are thread-safe. */
record RagParts(
    Vertx vertx,
    Collections collections,
    Documents documents,
    Chunker chunker,
    Projection projection,
    Listener listener,
    Embedder embedder) {

  /** How often to see whether notifications still come; changes are polled for besides. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  private static final Duration OPENING_WAIT = Duration.ofSeconds(5);

  /** Opens them; the search index is then ready, or still opening when that takes long. */
  static Future<RagParts> open(NodeContext node) {
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
    Listener listener =
        new Listener(
            node.vertx(),
            node.databaseOptions(),
            ChangeLog.CHANNEL,
            SIGN_OF_LIFE,
            Listener.Subscriber.waking(projection::wake));
    RagParts parts =
        new RagParts(
            node.vertx(),
            new Collections(pool),
            new Documents(pool),
            chunker,
            projection,
            listener,
            embedder);

    RagHealth health = new RagHealth(changes, projection, embedder);
    node.addHealthCheck(health::index);
    node.addHealthCheck(health::embeddings);
    Gauge.builder("weft.rag.index.lag", projection, Projection::lag)
        .description("Changes known to the node that its search index has not applied yet")
        .register(node.metrics());

    projection.start();
    // Ready means searchable; an index that takes long to open must not hold up the rest, though.
    Future<Void> opened = projection.reach(0, OPENING_WAIT).otherwiseEmpty();
    return Future.all(listener.start(), opened)
        .map(parts)
        .recover(
            failure -> parts.close().transform(closed -> Future.<RagParts>failedFuture(failure)));
  }

  private static Path indexDirectory(NodeContext node) {
    String configured = node.config().get(RagKeys.INDEX_DIRECTORY);
    return configured.isEmpty()
        ? node.dataDirectory().resolve("index").resolve("rag")
        : Path.of(configured);
  }

  /** Ends what runs by itself. */
  Future<Void> close() {
    return listener
        .close()
        .eventually(
            () ->
                vertx.executeBlocking(
                    () -> {
                      projection.close();
                      embedder.close();
                      return null;
                    },
                    false));
  }
}
