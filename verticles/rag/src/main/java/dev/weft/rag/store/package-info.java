/** What rag keeps in PostgreSQL: collections, documents, chunks and the changes to them. */
@NullMarked
package dev.weft.rag.store;

import org.jspecify.annotations.NullMarked;
