@NullMarked
package dev.weft.all.doctor;

import org.jspecify.annotations.NullMarked;
