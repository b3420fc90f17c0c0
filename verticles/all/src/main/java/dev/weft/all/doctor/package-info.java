/** What is wrong with a Weft, found by looking at it from outside. */
@NullMarked
package dev.weft.all.doctor;

import org.jspecify.annotations.NullMarked;
