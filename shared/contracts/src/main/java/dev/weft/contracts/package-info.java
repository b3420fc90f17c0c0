/**
 * What services say to each other: endpoints, messages and errors. Depends on JSON annotations
 * only.
 */
@NullMarked
package dev.weft.contracts;

import org.jspecify.annotations.NullMarked;
