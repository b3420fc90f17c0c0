package dev.weft.durable.internal.call;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Feed;
import dev.weft.durable.FeedItem;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import java.util.function.Function;

/** A feed of an object as its caller holds it. */
record OpenFeed(
    Router router,
    ObjectId id,
    Namespace<?> namespace,
    ObjectRequest request,
    CallContext call,
    MethodTable.Entry method)
    implements Feed<Object> {

  @Override
  public MeshStream<Object> open() {
    return open(WatchOptions.live(), FeedItem::value);
  }

  @Override
  public MeshStream<FeedItem<Object>> open(WatchOptions options) {
    return open(options, item -> item);
  }

  private <T> MeshStream<T> open(WatchOptions options, Function<FeedItem<Object>, T> shown) {
    return new FeedStream<>(
            router, id, FeedSource.of(namespace, method), request, call, options, shown)
        .open(RunningTurn.current());
  }
}
