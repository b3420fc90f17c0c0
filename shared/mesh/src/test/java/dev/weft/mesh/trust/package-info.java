@NullMarked
package dev.weft.mesh.trust;

import org.jspecify.annotations.NullMarked;
