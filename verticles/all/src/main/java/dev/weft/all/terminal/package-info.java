/** What a person sees: languages, tables, colours. */
@NullMarked
package dev.weft.all.terminal;

import org.jspecify.annotations.NullMarked;
