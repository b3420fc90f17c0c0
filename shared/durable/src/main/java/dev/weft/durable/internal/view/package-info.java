/** What an object's code sees: its context, storage, alarms, topics, and the bus. */
@NullMarked
package dev.weft.durable.internal.view;

import org.jspecify.annotations.NullMarked;
