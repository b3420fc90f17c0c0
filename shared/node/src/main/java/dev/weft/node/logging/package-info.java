/** Log lines: JSON for machines, text for people. */
@NullMarked
package dev.weft.node.logging;

import org.jspecify.annotations.NullMarked;
