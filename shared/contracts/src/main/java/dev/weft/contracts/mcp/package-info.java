/** Endpoints and messages of the mcp service: the Model Context Protocol over HTTP. */
@NullMarked
package dev.weft.contracts.mcp;

import org.jspecify.annotations.NullMarked;
