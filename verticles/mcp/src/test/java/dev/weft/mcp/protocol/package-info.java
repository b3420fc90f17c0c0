@NullMarked
package dev.weft.mcp.protocol;

import org.jspecify.annotations.NullMarked;
