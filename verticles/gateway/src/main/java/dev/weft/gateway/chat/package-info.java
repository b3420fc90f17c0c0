/** The completion route: bytes in, bytes or an event stream out. */
@NullMarked
package dev.weft.gateway.chat;

import org.jspecify.annotations.NullMarked;
