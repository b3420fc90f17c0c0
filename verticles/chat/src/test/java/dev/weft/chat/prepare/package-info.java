@NullMarked
package dev.weft.chat.prepare;

import org.jspecify.annotations.NullMarked;
