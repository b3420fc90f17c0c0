/** JSON-RPC 2.0 as the Model Context Protocol uses it, and the protocol's revisions. */
@NullMarked
package dev.weft.mcp.protocol;

import org.jspecify.annotations.NullMarked;
