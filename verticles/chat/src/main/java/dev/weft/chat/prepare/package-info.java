/**
 * What happens to a request before a model sees it: the history of its conversation and the
 * passages of a collection are put before its messages. Straight code for virtual threads.
 */
@NullMarked
package dev.weft.chat.prepare;

import org.jspecify.annotations.NullMarked;
