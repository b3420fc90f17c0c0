package dev.weft.rag;

import static dev.weft.mesh.UnaryHandler.blocking;

import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.CollectionList;
import dev.weft.contracts.rag.CollectionRef;
import dev.weft.contracts.rag.CreateCollection;
import dev.weft.contracts.rag.Deleted;
import dev.weft.contracts.rag.Document;
import dev.weft.contracts.rag.DocumentInfo;
import dev.weft.contracts.rag.DocumentList;
import dev.weft.contracts.rag.DocumentRef;
import dev.weft.contracts.rag.Embed;
import dev.weft.contracts.rag.Embeddings;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.node.Shared;
import dev.weft.rag.store.Collections;
import dev.weft.rag.store.Documents;
import dev.weft.rag.text.Chunk;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the endpoints of {@link RagApi}. For virtual threads; deployed several times, so that
 * searches use all cores.
 */
final class RagVerticle extends VerticleBase {

  private static final Logger log = LoggerFactory.getLogger(RagVerticle.class);

  /** How long a search waits for the index to know of all writes. */
  private static final Duration SEARCH_WAIT = Duration.ofSeconds(5);

  /** How long a write waits to become searchable here. It is stored in any case. */
  private static final Duration WRITE_WAIT = Duration.ofSeconds(30);

  /** How long a document waits and is cut at most; the caller's deadline is mostly earlier. */
  private static final Duration CUT_WAIT = Duration.ofMinutes(5);

  /** What is left of the caller's time for the answer to travel. */
  private static final Duration ANSWER_TIME = Duration.ofMillis(500);

  private final Mesh mesh;
  private final Shared<RagParts> shared;
  private @Nullable RagParts parts;

  RagVerticle(Mesh mesh, Shared<RagParts> shared) {
    this.mesh = mesh;
    this.shared = shared;
  }

  @Override
  public Future<?> start() {
    return shared
        .take()
        .compose(
            taken -> {
              parts = taken;
              return serve();
            });
  }

  @Override
  public Future<?> stop() {
    return shared.leave();
  }

  private RagParts parts() {
    return Objects.requireNonNull(parts);
  }

  private Future<?> serve() {
    return Future.all(
        List.of(
            mesh.serve(RagApi.CREATE_COLLECTION, blocking(this::createCollection)),
            mesh.serve(RagApi.LIST_COLLECTIONS, blocking(this::listCollections)),
            mesh.serve(RagApi.GET_COLLECTION, blocking(this::getCollection)),
            mesh.serve(RagApi.DELETE_COLLECTION, blocking(this::deleteCollection)),
            mesh.serve(RagApi.PUT_DOCUMENT, blocking(this::putDocument)),
            mesh.serve(RagApi.LIST_DOCUMENTS, blocking(this::listDocuments)),
            mesh.serve(RagApi.GET_DOCUMENT, blocking(this::getDocument)),
            mesh.serve(RagApi.DELETE_DOCUMENT, blocking(this::deleteDocument)),
            mesh.serve(RagApi.SEARCH, blocking(this::search)),
            mesh.serve(RagApi.EMBED, this::embed)));
  }

  private CollectionInfo createCollection(CreateCollection request, CallContext context) {
    CreateCollection checked = Inputs.checked(request);
    String description = checked.description() == null ? "" : checked.description();
    return parts().collections().create(tenant(context), checked.name(), description);
  }

  private CollectionList listCollections(Empty request, CallContext context) {
    return new CollectionList(parts().collections().list(tenant(context)));
  }

  private CollectionInfo getCollection(CollectionRef request, CallContext context) {
    return parts().collections().get(tenant(context), request.collection());
  }

  private Deleted deleteCollection(CollectionRef request, CallContext context) {
    awaitSearchable(parts().collections().delete(tenant(context), request.collection()), context);
    return new Deleted(request.collection(), true);
  }

  private DocumentInfo putDocument(PutDocument request, CallContext context) {
    PutDocument checked = Inputs.checked(request);
    List<Chunk> chunks = cut(checked.text(), context);
    if (chunks.isEmpty()) {
      throw Inputs.blankDocument();
    }
    String id = checked.id() == null ? "doc_" + UUID.randomUUID() : checked.id();
    Documents.Draft draft =
        new Documents.Draft(
            id,
            checked.title() == null ? id : checked.title(),
            checked.text(),
            checked.metadata() == null ? Map.of() : checked.metadata(),
            chunks);
    Documents.Written written =
        parts().documents().put(tenant(context), checked.collection(), draft);
    awaitSearchable(written.sequence(), context);
    return written.info().withFailure(parts().projection().failure(written.key()));
  }

  private List<Chunk> cut(String text, CallContext context) {
    return parts()
        .workers()
        .run(budget -> parts().cutter().cut(text, budget), () -> gaveUp(context))
        .timeout(atMost(CUT_WAIT, context).toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            failure ->
                Future.failedFuture(failure instanceof TimeoutException ? Inputs.late() : failure))
        .await();
  }

  private DocumentList listDocuments(ListDocuments request, CallContext context) {
    int limit = Inputs.pageSize(request);
    return parts().documents().list(tenant(context), request.collection(), limit, request.after());
  }

  private Document getDocument(DocumentRef request, CallContext context) {
    return parts().documents().get(tenant(context), request.collection(), request.id());
  }

  private Deleted deleteDocument(DocumentRef request, CallContext context) {
    awaitSearchable(
        parts().documents().delete(tenant(context), request.collection(), request.id()), context);
    return new Deleted(request.id(), true);
  }

  private SearchResult search(Search request, CallContext context) {
    Search checked = Inputs.checked(request);
    int limit = Inputs.hits(checked);
    Collections.Resolved collection =
        parts().collections().resolve(tenant(context), checked.collection());
    parts().projection().reach(collection.lastChange(), atMost(SEARCH_WAIT, context)).await();
    return new SearchResult(
        checked.collection(),
        checked.query(),
        parts()
            .projection()
            .search(collection.key(), collection.lastChange(), checked.query(), limit));
  }

  private Future<Embeddings> embed(Embed request, CallContext context) {
    Embed checked = Inputs.checked(request);
    return parts()
        .embedder()
        .embed(Inputs.model(checked), checked.texts(), checked.query(), () -> gaveUp(context));
  }

  private static boolean gaveUp(CallContext context) {
    return context.expired() || context.cancellation().isCancelled();
  }

  /**
   * Waits until this node's index knows of a write. A write that is stored has succeeded even when
   * the index is behind: every search in the collection waits for it, here and elsewhere.
   */
  private void awaitSearchable(long sequence, CallContext context) {
    try {
      parts().projection().reach(sequence, atMost(WRITE_WAIT, context)).await();
    } catch (WeftException late) {
      log.atWarn()
          .addKeyValue("sequence", sequence)
          .log("A write is stored but not searchable yet: the index is behind");
    }
  }

  /** The time given, or what the caller leaves of it. */
  private static Duration atMost(Duration time, CallContext context) {
    Duration left = context.remaining().minus(ANSWER_TIME);
    Duration shorter = left.compareTo(time) < 0 ? left : time;
    return shorter.isPositive() ? shorter : Duration.ofMillis(1);
  }

  private static String tenant(CallContext context) {
    return context.caller().tenant();
  }
}
