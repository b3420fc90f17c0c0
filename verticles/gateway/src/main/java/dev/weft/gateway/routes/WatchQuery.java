package dev.weft.gateway.routes;

import org.jspecify.annotations.Nullable;

/**
 * What a request to watch says in its query.
 *
 * @param topic the method that returns the feed
 * @param after sequence of the last item the client has had, in decimal
 * @param from {@code oldest} for all items that are kept
 * @param args JSON array of the method's arguments
 */
record WatchQuery(
    String topic, @Nullable String after, @Nullable String from, @Nullable String args) {}
