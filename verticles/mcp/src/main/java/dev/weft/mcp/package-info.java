/** The mcp service: the Model Context Protocol over HTTP exchanges that the gateway passes on. */
@NullMarked
package dev.weft.mcp;

import org.jspecify.annotations.NullMarked;
