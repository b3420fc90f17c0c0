@NullMarked
package dev.weft.rag;

import org.jspecify.annotations.NullMarked;
