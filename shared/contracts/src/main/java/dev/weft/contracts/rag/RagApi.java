package dev.weft.contracts.rag;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.HttpRoute;

/**
 * What rag can be asked. All data belongs to the caller's tenant.
 *
 * <p>Errors: {@code rag:collection.not_found}, {@code rag:collection.conflict}, {@code
 * rag:collection.invalid}, {@code rag:document.not_found}, {@code rag:document.invalid}, {@code
 * rag:document.too_large}, {@code rag:document.unprocessable} (cutting it takes more time, memory
 * or passages than it may), {@code rag:document.overloaded}, {@code rag:search.invalid}, {@code
 * rag:embedding.invalid}.
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

  private static final String COLLECTIONS = "/v1/rag/collections";
  private static final String COLLECTION = COLLECTIONS + "/{collection}";
  private static final String DOCUMENTS = COLLECTION + "/documents";
  private static final String DOCUMENT = DOCUMENTS + "/{id}";

  /** The rag service. */
  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("rag", 8004, 5704, "/v1/rag/health")
          .titled("Retrieval", "Collections of documents, and search in them.")
          .answering(
              HttpRoute.get("listCollections", COLLECTIONS, LIST_COLLECTIONS)
                  .says("List collections", "All collections by name."),
              HttpRoute.post("createCollection", COLLECTIONS, CREATE_COLLECTION)
                  .says("Create a collection", "The new collection.")
                  .withExample("{\"name\": \"handbook\", \"description\": \"How we work\"}")
                  .failsWith(Reason.CONFLICT),
              HttpRoute.get("getCollection", COLLECTION, GET_COLLECTION)
                  .says("Get a collection", "The collection."),
              HttpRoute.delete("deleteCollection", COLLECTION, DELETE_COLLECTION)
                  .says("Delete a collection", "What was deleted.")
                  .describedAs("Deletes the collection with all its documents."),
              HttpRoute.get("listDocuments", DOCUMENTS, LIST_DOCUMENTS)
                  .says("List documents", "A page of documents.")
                  .describedAs("Documents by id, a page at a time."),
              HttpRoute.post("addDocument", DOCUMENTS, PUT_DOCUMENT)
                  .says("Add a document", "The document.")
                  .describedAs(
                      "Adds a text, or replaces the one with the same id. It can be found when the"
                          + " answer arrives.")
                  .withExample(
                      "{\"id\": \"holidays\", \"title\": \"Holidays\","
                          + " \"text\": \"Everybody has thirty days of holiday a year.\"}")
                  .takingDocuments(),
              HttpRoute.get("getDocument", DOCUMENT, GET_DOCUMENT)
                  .says("Get a document with its text", "The document."),
              HttpRoute.put("putDocument", DOCUMENT, PUT_DOCUMENT)
                  .says("Add or replace a document", "The document.")
                  .withExample(
                      "{\"title\": \"Holidays\","
                          + " \"text\": \"Everybody has thirty days of holiday a year.\"}")
                  .takingDocuments(),
              HttpRoute.delete("deleteDocument", DOCUMENT, DELETE_DOCUMENT)
                  .says("Delete a document", "What was deleted."),
              HttpRoute.post("search", "/v1/rag/search", SEARCH)
                  .says("Search a collection", "Passages, the best first.")
                  .describedAs("Finds the passages that fit a query best.")
                  .withExample(
                      "{\"collection\": \"handbook\", \"query\": \"days of holiday\", \"limit\":"
                          + " 3}")
                  .failsWith(Reason.NOT_FOUND));

  private RagApi() {}
}
