/** Endpoints and messages of the chat service: completions and models. */
@NullMarked
package dev.weft.contracts.chat;

import org.jspecify.annotations.NullMarked;
