/** The rag service: collections of documents, search over them, local embeddings. */
@NullMarked
package dev.weft.rag;

import org.jspecify.annotations.NullMarked;
