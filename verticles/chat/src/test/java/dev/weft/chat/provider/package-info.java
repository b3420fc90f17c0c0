@NullMarked
package dev.weft.chat.provider;

import org.jspecify.annotations.NullMarked;
