@NullMarked
package dev.weft.json;

import org.jspecify.annotations.NullMarked;
