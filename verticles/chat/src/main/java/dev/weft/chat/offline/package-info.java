/**
 * The built-in model: it generates nothing, it quotes what it was given. Straight code for virtual
 * threads, except {@link dev.weft.chat.offline.OfflineStream}.
 */
@NullMarked
package dev.weft.chat.offline;

import org.jspecify.annotations.NullMarked;
