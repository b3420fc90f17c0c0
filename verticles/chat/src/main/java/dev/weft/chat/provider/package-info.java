/**
 * Model providers: which one answers a request, the calls to it, and what its failures mean.
 * Everything here runs on event loops, except the reading of model lists.
 */
@NullMarked
package dev.weft.chat.provider;

import org.jspecify.annotations.NullMarked;
