@NullMarked
package dev.weft.mesh;

import org.jspecify.annotations.NullMarked;
