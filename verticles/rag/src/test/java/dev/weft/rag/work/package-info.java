@NullMarked
package dev.weft.rag.work;

import org.jspecify.annotations.NullMarked;
