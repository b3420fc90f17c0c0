/**
 * The Lucene projection of what PostgreSQL holds: disposable, one a node, rebuilt from the changes
 * when it is missing, damaged or of another format.
 */
@NullMarked
package dev.weft.rag.index;

import org.jspecify.annotations.NullMarked;
