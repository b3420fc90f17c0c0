/** How endpoints are reached over HTTP: routes, and what is said of them to people. */
@NullMarked
package dev.weft.contracts.http;

import org.jspecify.annotations.NullMarked;
