@NullMarked
package dev.weft.testkit.upstream;

import org.jspecify.annotations.NullMarked;
