@NullMarked
package dev.weft.testkit.history;

import org.jspecify.annotations.NullMarked;
