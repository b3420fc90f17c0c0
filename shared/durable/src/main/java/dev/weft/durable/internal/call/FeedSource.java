package dev.weft.durable.internal.call;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a feed is opened, and as what its items are read.
 *
 * @param served what a node serves that hosts the objects
 * @param follow opens it
 * @param stream opens it at a node of the version before; null where there is no such way
 * @param waits whether it is tried again while no node hosts the objects
 * @param reader an item as its watcher is given it
 */
record FeedSource(
    UnaryEndpoint<?, ?> served,
    UnaryEndpoint<Follow, Following> follow,
    @Nullable StreamEndpoint<ObjectRequest, ObjectReply> stream,
    boolean waits,
    Function<Fragment, @Nullable Object> reader) {

  /** A feed of an object as a program on the mesh watches it. */
  static FeedSource of(Namespace<?> namespace, MethodTable.Entry method) {
    return new FeedSource(
        ObjectEndpoints.call(namespace),
        WatchEndpoints.follow(namespace),
        ObjectEndpoints.watch(namespace),
        true,
        method::result);
  }
}
