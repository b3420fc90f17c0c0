/** Embeddings by models that ship with the service and run in this process. */
@NullMarked
package dev.weft.rag.embed;

import org.jspecify.annotations.NullMarked;
