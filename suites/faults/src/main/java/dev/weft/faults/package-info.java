/**
 * The fault suite of durable objects: real processes and a real PostgreSQL, faults on a schedule
 * made from a seed, histories of what callers saw, and the invariants checked against them.
 */
@NullMarked
package dev.weft.faults;

import org.jspecify.annotations.NullMarked;
