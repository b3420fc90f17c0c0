/** One HTTP exchange: limits, deadlines, errors and what ends it. */
@NullMarked
package dev.weft.gateway.http;

import org.jspecify.annotations.NullMarked;
