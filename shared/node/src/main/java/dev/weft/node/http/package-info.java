/** What the HTTP server and the HTTP clients of services have in common. */
@NullMarked
package dev.weft.node.http;

import org.jspecify.annotations.NullMarked;
