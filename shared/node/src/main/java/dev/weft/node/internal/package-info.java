/** How a node works inside. */
@NullMarked
package dev.weft.node.internal;

import org.jspecify.annotations.NullMarked;
