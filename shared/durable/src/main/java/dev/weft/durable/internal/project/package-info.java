/** Projections: takes records out of the outbox and has them applied, and builds tables anew. */
@NullMarked
package dev.weft.durable.internal.project;

import org.jspecify.annotations.NullMarked;
