package dev.weft.rag;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.CollectionRef;
import dev.weft.contracts.rag.CreateCollection;
import dev.weft.contracts.rag.DocumentInfo;
import dev.weft.contracts.rag.DocumentRef;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.testkit.node.TestNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One tenant's use of a node's rag service, in the words of the tests. */
record RagClient(TestNode node, String tenant) {

  <Q, R> R call(UnaryEndpoint<Q, R> endpoint, Q request) {
    return node.mesh()
        .call(endpoint, request, node.as(tenant, "tester", Scopes.RAG_READ, Scopes.RAG_WRITE))
        .await();
  }

  /** The error a call is refused with. */
  <Q, R> WeftError refused(UnaryEndpoint<Q, R> endpoint, Q request) {
    AtomicReference<@Nullable WeftError> error = new AtomicReference<>();
    assertThatThrownBy(() -> call(endpoint, request))
        .isInstanceOfSatisfying(WeftException.class, e -> error.set(e.error()));
    return Objects.requireNonNull(error.get());
  }

  void create(String collection) {
    call(RagApi.CREATE_COLLECTION, new CreateCollection(collection, null));
  }

  void drop(String collection) {
    call(RagApi.DELETE_COLLECTION, new CollectionRef(collection));
  }

  DocumentInfo put(String collection, String id, String text) {
    return call(RagApi.PUT_DOCUMENT, new PutDocument(collection, id, null, text, Map.of()));
  }

  void delete(String collection, String id) {
    call(RagApi.DELETE_DOCUMENT, new DocumentRef(collection, id));
  }

  List<Hit> search(String collection, String query) {
    return call(RagApi.SEARCH, new Search(collection, query, 50)).hits();
  }

  /** The documents found, each once, best first. */
  List<String> found(String collection, String query) {
    return search(collection, query).stream().map(Hit::documentId).distinct().toList();
  }
}
