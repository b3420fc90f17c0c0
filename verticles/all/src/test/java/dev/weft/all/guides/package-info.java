@NullMarked
package dev.weft.all.guides;

import org.jspecify.annotations.NullMarked;
