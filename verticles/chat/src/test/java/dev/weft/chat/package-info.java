@NullMarked
package dev.weft.chat;

import org.jspecify.annotations.NullMarked;
