/** One request and its answer: what ends it, how errors look, and what is noted of it. */
@NullMarked
package dev.weft.gateway.http.answer;

import org.jspecify.annotations.NullMarked;
