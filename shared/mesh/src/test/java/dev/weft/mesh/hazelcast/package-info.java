@NullMarked
package dev.weft.mesh.hazelcast;

import org.jspecify.annotations.NullMarked;
