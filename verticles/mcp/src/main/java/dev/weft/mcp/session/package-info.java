/** Sessions of clients up to revision 2025-11-25. */
@NullMarked
package dev.weft.mcp.session;

import org.jspecify.annotations.NullMarked;
