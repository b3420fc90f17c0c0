/** Endpoints and messages of the rag service: collections, documents, search, embeddings. */
@NullMarked
package dev.weft.contracts.rag;

import org.jspecify.annotations.NullMarked;
