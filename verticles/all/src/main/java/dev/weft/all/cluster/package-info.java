/** The five services in processes of their own under one supervisor. */
@NullMarked
package dev.weft.all.cluster;

import org.jspecify.annotations.NullMarked;
