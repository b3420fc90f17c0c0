package dev.weft.contracts.rag;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;

/**
 * What rag can be asked. All data belongs to the caller's tenant.
 *
 * <p>Errors: {@code rag:collection.not_found}, {@code rag:collection.conflict}, {@code
 * rag:collection.invalid}, {@code rag:document.not_found}, {@code rag:document.invalid}, {@code
 * rag:document.too_large}, {@code rag:search.invalid}, {@code rag:embedding.invalid}.
 */
public final class RagApi {

  public static final UnaryEndpoint<CreateCollection, CollectionInfo> CREATE_COLLECTION =
      Endpoint.unary("rag.collections.create", CreateCollection.class, CollectionInfo.class)
          .withScope(Scopes.RAG_WRITE);

  public static final UnaryEndpoint<Empty, CollectionList> LIST_COLLECTIONS =
      Endpoint.unary("rag.collections.list", Empty.class, CollectionList.class)
          .asIdempotent()
          .withScope(Scopes.RAG_READ);

  public static final UnaryEndpoint<CollectionRef, CollectionInfo> GET_COLLECTION =
      Endpoint.unary("rag.collections.get", CollectionRef.class, CollectionInfo.class)
          .asIdempotent()
          .withScope(Scopes.RAG_READ);

  /** Deletes a collection with all its documents. */
  public static final UnaryEndpoint<CollectionRef, Deleted> DELETE_COLLECTION =
      Endpoint.unary("rag.collections.delete", CollectionRef.class, Deleted.class)
          .withScope(Scopes.RAG_WRITE);

  /** Adds a document or replaces the one with the same id; searchable when the reply arrives. */
  public static final UnaryEndpoint<PutDocument, DocumentInfo> PUT_DOCUMENT =
      Endpoint.unary("rag.documents.put", PutDocument.class, DocumentInfo.class)
          .asIdempotent()
          .withScope(Scopes.RAG_WRITE);

  public static final UnaryEndpoint<ListDocuments, DocumentList> LIST_DOCUMENTS =
      Endpoint.unary("rag.documents.list", ListDocuments.class, DocumentList.class)
          .asIdempotent()
          .withScope(Scopes.RAG_READ);

  public static final UnaryEndpoint<DocumentRef, Document> GET_DOCUMENT =
      Endpoint.unary("rag.documents.get", DocumentRef.class, Document.class)
          .asIdempotent()
          .withScope(Scopes.RAG_READ);

  public static final UnaryEndpoint<DocumentRef, Deleted> DELETE_DOCUMENT =
      Endpoint.unary("rag.documents.delete", DocumentRef.class, Deleted.class)
          .withScope(Scopes.RAG_WRITE);

  public static final UnaryEndpoint<Search, SearchResult> SEARCH =
      Endpoint.unary("rag.search", Search.class, SearchResult.class)
          .asIdempotent()
          .withScope(Scopes.RAG_READ);

  /** Vectors of texts by the embedding models that ship with the service. */
  public static final UnaryEndpoint<Embed, Embeddings> EMBED =
      Endpoint.unary("rag.embeddings.create", Embed.class, Embeddings.class).asIdempotent();

  private RagApi() {}
}
