/** Text as people wrote it: sentences, and the chunks they are packed into. No I/O. */
@NullMarked
package dev.weft.rag.text;

import org.jspecify.annotations.NullMarked;
