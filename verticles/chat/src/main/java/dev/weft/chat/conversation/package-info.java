/** Named conversations: their history, and one request at a time. */
@NullMarked
package dev.weft.chat.conversation;

import org.jspecify.annotations.NullMarked;
