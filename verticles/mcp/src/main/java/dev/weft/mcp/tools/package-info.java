/** The tools that clients can call. */
@NullMarked
package dev.weft.mcp.tools;

import org.jspecify.annotations.NullMarked;
