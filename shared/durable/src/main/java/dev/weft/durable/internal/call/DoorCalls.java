package dev.weft.durable.internal.call;

import dev.weft.contracts.Raw;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.FeedItem;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Calls public objects by what nodes say of themselves. Thread-safe. */
final class DoorCalls implements ObjectDoor {
  /** A namespace costs a class somewhere; more than this is no honest use. */
  static final int MAX_NAMESPACES = 10_000;

  /** Names come from outside and have up to 1,024 characters each. */
  private static final int MAX_IDS = 10_000;

  private final TenantIds ids;
  private final Router router;
  private final Map<String, UnaryEndpoint<ObjectRequest, Raw>> doors = new ConcurrentHashMap<>();

  DoorCalls(Ids ids, Router router, Directory directory) {
    this.ids = new TenantIds(ids, MAX_IDS);
    this.router = router;
    directory.onChange(this::learn);
    learn(directory);
  }

  /** A namespace is known from the first node that hosts it on. */
  private void learn(Directory directory) {
    for (Directory.NodeInfo node : directory.nodes()) {
      for (String endpoint : node.endpoints()) {
        String namespace = ObjectEndpoints.namespaceOfDoor(endpoint);
        if (namespace != null && doors.size() < MAX_NAMESPACES) {
          doors.computeIfAbsent(namespace, ObjectEndpoints::door);
        }
      }
    }
  }

  @Override
  public Future<Raw> call(
      Target object, String method, Raw arguments, @Nullable String requestId, CallContext call) {
    UnaryEndpoint<ObjectRequest, Raw> door = doors.get(object.namespace());
    if (door == null) {
      return Future.failedFuture(ObjectErrors.notPublic(object.namespace()));
    }
    ObjectId id;
    try {
      id = ids.of(object);
      if (requestId != null) {
        ObjectNames.checkRequestId(requestId);
      }
    } catch (WeftException e) {
      return Future.failedFuture(e);
    }
    return attempt(id, door, request(id, method, arguments, requestId), call, 1, null);
  }

  @Override
  public Future<Watching> watch(
      Target object, String topic, Raw arguments, WatchOptions options, CallContext call) {
    if (!doors.containsKey(object.namespace())) {
      return Future.failedFuture(ObjectErrors.notPublic(object.namespace()));
    }
    ObjectId id;
    try {
      id = ids.of(object);
    } catch (WeftException e) {
      return Future.failedFuture(e);
    }
    UnaryEndpoint<Follow, Following> follow = WatchEndpoints.followFromOutside(object.namespace());
    FeedSource feed = new FeedSource(follow, follow, null, false, item -> new Raw(item.json()));
    FeedStream<FeedItem<Raw>> stream =
        new FeedStream<>(
            router,
            id,
            feed,
            request(id, topic, arguments, null),
            call,
            options,
            item -> new FeedItem<>(item.sequence(), (Raw) item.value()));
    stream.open(null);
    return stream.opened().map(after -> new Watching(after, stream));
  }

  private static ObjectRequest request(
      ObjectId id, String method, Raw arguments, @Nullable String requestId) {
    return new ObjectRequest(
        id.hex(),
        id.name().orElse(null),
        method,
        new Fragment(arguments.bytes()),
        requestId,
        0,
        0,
        0,
        List.of(),
        null,
        null);
  }

  private Future<Raw> attempt(
      ObjectId id,
      UnaryEndpoint<ObjectRequest, Raw> door,
      ObjectRequest request,
      CallContext call,
      int attempt,
      @Nullable WeftException before) {
    String node = router.choose(id, door);
    return router
        .call(node, door, request, call)
        .recover(
            failure -> {
              WeftException error = Retries.explained(id, failure, node, before);
              if (node == null
                  || call.expired()
                  || call.cancellation().isCancelled()
                  || !Retries.mayRepeat(error.error(), request.requestId() != null)) {
                return Future.failedFuture(error);
              }
              Retries.learn(router, id, error.error());
              return router
                  .vertx()
                  .timer(Retries.pauseMillis(attempt, error.error()) + 1)
                  .compose(_ -> attempt(id, door, request, call, attempt + 1, error));
            });
  }
}
