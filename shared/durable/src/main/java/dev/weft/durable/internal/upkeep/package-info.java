/** What is done with instances from outside of them: tidying up, alarms, inspection, deletion. */
@NullMarked
package dev.weft.durable.internal.upkeep;

import org.jspecify.annotations.NullMarked;
