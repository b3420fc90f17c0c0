/** What a client sent: its body within limits, and the ids it brought along. */
@NullMarked
package dev.weft.gateway.http.request;

import org.jspecify.annotations.NullMarked;
