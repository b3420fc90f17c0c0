@NullMarked
package dev.weft.mesh.vertx;

import org.jspecify.annotations.NullMarked;
