/** What can happen to an object from outside: calls, watchers, alarms, code; and its own tasks. */
@NullMarked
package dev.weft.durable.internal.event;

import org.jspecify.annotations.NullMarked;
