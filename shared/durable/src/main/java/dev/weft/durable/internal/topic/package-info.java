/** What an object's owner knows of its topics, and how items leave for the nodes that watch. */
@NullMarked
package dev.weft.durable.internal.topic;

import org.jspecify.annotations.NullMarked;
