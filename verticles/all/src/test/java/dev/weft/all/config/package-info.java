@NullMarked
package dev.weft.all.config;

import org.jspecify.annotations.NullMarked;
