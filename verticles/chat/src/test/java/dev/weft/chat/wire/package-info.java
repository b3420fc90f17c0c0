@NullMarked
package dev.weft.chat.wire;

import org.jspecify.annotations.NullMarked;
