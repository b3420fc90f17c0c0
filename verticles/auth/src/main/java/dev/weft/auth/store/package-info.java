/** Auth's tables. Straight code: call it on virtual-thread verticles or on plain threads. */
@NullMarked
package dev.weft.auth.store;

import org.jspecify.annotations.NullMarked;
