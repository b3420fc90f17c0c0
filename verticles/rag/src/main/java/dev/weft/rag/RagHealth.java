package dev.weft.rag;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import dev.weft.rag.embed.Embedder;
import dev.weft.rag.embed.EmbeddingModel;
import dev.weft.rag.index.IndexProjection;
import dev.weft.rag.store.DatabaseChanges;
import dev.weft.rag.work.DocumentWorkers;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What rag says of its health. */
final class RagHealth {

  /** Changes an index may be behind and still be called up to date: writes under way. */
  private static final long TOLERATED_LAG = 100;

  private final DatabaseChanges changes;
  private final IndexProjection projection;
  private final DocumentWorkers workers;
  private final Embedder embedder;

  RagHealth(
      DatabaseChanges changes,
      IndexProjection projection,
      DocumentWorkers workers,
      Embedder embedder) {
    this.workers = workers;
    this.changes = changes;
    this.projection = projection;
    this.embedder = embedder;
  }

  /** Whether the index can be searched and how far behind the database it is. */
  Future<Check> index() {
    return changes
        .latestLater()
        .map(latest -> index(projection.state(), latest.sequence()))
        .otherwise(
            failure ->
                new Check(
                    "index",
                    HealthReport.DEGRADED,
                    "the database does not say what is new",
                    "a reachable database"));
  }

  static Check index(IndexProjection.State state, long latest) {
    if (!state.open()) {
      String why = state.trouble() == null ? "opening" : state.trouble();
      return new Check("index", HealthReport.DOWN, why, "a writable index folder; see the log");
    }
    String detail =
        "%d documents, applied change %d of %d"
            .formatted(state.documents(), state.applied(), latest);
    if (state.trouble() != null) {
      return new Check(
          "index", HealthReport.DEGRADED, detail + ", " + state.trouble(), "see the log");
    }
    if (latest - state.applied() > TOLERATED_LAG) {
      return new Check(
          "index", HealthReport.DEGRADED, "rebuilding: " + detail, "time; it catches up by itself");
    }
    return new Check("index", HealthReport.UP, detail, null);
  }

  /** Whether documents are processed. */
  Future<Check> documents() {
    int stuck = workers.stuck();
    return Future.succeededFuture(
        stuck == 0
            ? new Check("documents", HealthReport.UP, "none is stuck", null)
            : new Check(
                "documents",
                HealthReport.DEGRADED,
                "the processing of %d documents does not end".formatted(stuck),
                "a restart of rag; the log says where it is stuck"));
  }

  /** Whether the local models run, as far as is known: it loads none. */
  Future<Check> embeddings() {
    String detail =
        Arrays.stream(EmbeddingModel.values())
            .map(model -> model.id() + (embedder.loaded(model) ? " loaded" : " not loaded"))
            .collect(Collectors.joining(", "));
    String trouble = embedder.trouble();
    return Future.succeededFuture(
        trouble == null
            ? new Check("embeddings", HealthReport.UP, detail, null)
            : new Check(
                "embeddings",
                HealthReport.DEGRADED,
                trouble,
                "a platform that ONNX Runtime supports; search works without"));
  }
}
