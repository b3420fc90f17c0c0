@NullMarked
package dev.weft.testkit.faults;

import org.jspecify.annotations.NullMarked;
