/** What the gateway counts and times. */
@NullMarked
package dev.weft.gateway.metrics;

import org.jspecify.annotations.NullMarked;
