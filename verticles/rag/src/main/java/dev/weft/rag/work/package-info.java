/** Work on documents, away from the threads that serve. */
@NullMarked
package dev.weft.rag.work;

import org.jspecify.annotations.NullMarked;
