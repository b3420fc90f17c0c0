/** Named conversations: their history, and one turn at a time. */
@NullMarked
package dev.weft.chat.conversation;

import org.jspecify.annotations.NullMarked;
