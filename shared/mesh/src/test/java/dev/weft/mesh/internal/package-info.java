@NullMarked
package dev.weft.mesh.internal;

import org.jspecify.annotations.NullMarked;
