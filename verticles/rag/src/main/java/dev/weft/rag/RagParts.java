package dev.weft.rag;

import dev.weft.contracts.MetricNames;
import dev.weft.node.NodeContext;
import dev.weft.node.config.Config;
import dev.weft.postgres.Listener;
import dev.weft.rag.embed.Embedder;
import dev.weft.rag.index.IndexProjection;
import dev.weft.rag.store.ChangeLog;
import dev.weft.rag.store.Collections;
import dev.weft.rag.store.DatabaseChanges;
import dev.weft.rag.store.Documents;
import dev.weft.rag.text.Budget;
import dev.weft.rag.text.Chunker;
import dev.weft.rag.text.Cutter;
import dev.weft.rag.work.DocumentWorkers;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** What all instances of the rag verticle of a node use together. Its parts are thread-safe. */
record RagParts(
    Vertx vertx,
    Collections collections,
    Documents documents,
    Cutter cutter,
    DocumentWorkers workers,
    IndexProjection projection,
    Listener listener,
    Embedder embedder) {

  /** How often to see whether notifications still come; changes are polled for besides. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  /** On a busy machine work waits for the processor longer than it has it. */
  private static final int CLOCK_FACTOR = 6;

  private static final Duration OPENING_WAIT = Duration.ofSeconds(5);

  /**
   * Opens them; the search index is then ready, or still opening when that takes long.
   *
   * @param cutting makes what cuts documents
   */
  static Future<RagParts> open(NodeContext node, Function<Config, Cutter> cutting) {
    Config config = node.config();
    Pool pool = node.database();
    Budget.Limits limits =
        new Budget.Limits(
            config.get(RagKeys.DOCUMENT_TIME),
            (long) config.get(RagKeys.DOCUMENT_MEMORY_MIB) << 20,
            config.get(RagKeys.DOCUMENT_PASSAGES));
    DocumentWorkers workers =
        new DocumentWorkers(
            config.get(RagKeys.DOCUMENT_THREADS),
            config.get(RagKeys.DOCUMENT_QUEUE),
            limits,
            limits.time().multipliedBy(CLOCK_FACTOR));
    Embedder embedder =
        new Embedder(
            config.get(RagKeys.EMBEDDING_THREADS),
            config.get(RagKeys.EMBEDDING_QUEUE),
            config.get(RagKeys.EMBEDDING_IDLE));
    DatabaseChanges changes = new DatabaseChanges(pool);
    IndexProjection projection =
        new IndexProjection(
            changes,
            indexDirectory(node),
            config.get(RagKeys.CHANGE_POLL),
            config.get(RagKeys.INDEX_COMMIT_INTERVAL),
            limits.time());
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
            cutting.apply(config),
            workers,
            projection,
            listener,
            embedder);

    RagHealth health = new RagHealth(changes, projection, workers, embedder);
    node.addHealthCheck(health::index);
    node.addHealthCheck(health::documents);
    node.addHealthCheck(health::embeddings);
    Gauge.builder(MetricNames.RAG_INDEX_LAG, projection, IndexProjection::lag)
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

  /** Cuts documents into passages of the lengths set. */
  static Cutter chunker(Config config) {
    return new Chunker(
        config.get(RagKeys.CHUNK_CHARACTERS),
        Math.min(config.get(RagKeys.CHUNK_CHARACTERS_CJK), config.get(RagKeys.CHUNK_CHARACTERS)));
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
                      workers.close();
                      projection.close();
                      embedder.close();
                      return null;
                    },
                    false));
  }
}
