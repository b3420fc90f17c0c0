/**
 * Durable objects: single-threaded instances keyed by id, with storage in PostgreSQL. A service
 * calls them through {@code DurableObjects}; what one is allowed to rely on is written in {@code
 * ObjectContext}.
 */
@NullMarked
package dev.weft.durable;

import org.jspecify.annotations.NullMarked;
