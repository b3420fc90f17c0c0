@NullMarked
package dev.weft.all.cluster;

import org.jspecify.annotations.NullMarked;
