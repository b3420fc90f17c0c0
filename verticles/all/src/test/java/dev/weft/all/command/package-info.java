@NullMarked
package dev.weft.all.command;

import org.jspecify.annotations.NullMarked;
