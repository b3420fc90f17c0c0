@NullMarked
package dev.weft.node.internal;

import org.jspecify.annotations.NullMarked;
