@NullMarked
package dev.weft.chat.offline;

import org.jspecify.annotations.NullMarked;
