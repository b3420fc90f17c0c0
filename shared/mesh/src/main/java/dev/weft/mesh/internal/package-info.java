/** How the mesh works inside; nobody else may know. */
@NullMarked
package dev.weft.mesh.internal;

import org.jspecify.annotations.NullMarked;
