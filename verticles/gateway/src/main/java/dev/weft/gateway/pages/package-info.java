/** Pages for people: the index and the API reference. */
@NullMarked
package dev.weft.gateway.pages;

import org.jspecify.annotations.NullMarked;
