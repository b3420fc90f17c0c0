package dev.weft.durable;

import dev.weft.contracts.Raw;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The objects of {@linkplain dev.weft.contracts.objects.Namespace#asPublic public} namespaces, for
 * an edge that serves callers from outside and knows none of their interfaces. Which namespaces
 * there are it learns from the nodes that host them. Call it on an event loop; futures complete
 * there.
 */
public interface ObjectDoor {

  /**
   * Calls a method of an object of the caller's tenant.
   *
   * <p>Fails as a {@link Stub} does, and with {@code object:namespace.not_found} when no node has
   * said since this one started that it hosts a public namespace of that name, {@code
   * object:namespace.unavailable} when none does now, {@code mesh:scope.denied} when the namespace
   * needs another scope, {@code object:id.denied} when the tenant is not that of the call's
   * identity. A call without a request id is not repeated once it may have had an effect.
   *
   * @param arguments a JSON array in UTF-8, already checked to be one: it is passed on as it is
   * @param requestId makes a repeated call have one effect; null for none
   * @param call who calls, and until when
   * @return what the method returned, as JSON
   */
  Future<Raw> call(
      Target object, String method, Raw arguments, @Nullable String requestId, CallContext call);

  /**
   * Watches a topic of an object of the caller's tenant.
   *
   * <p>Fails as {@link #call} does, and with {@code object:method.not_found} when the interface has
   * no method of that name that returns a {@link Feed}. What is opened fails as a feed does; who
   * does not want it any more has to cancel it. It keeps nothing of the object in memory.
   *
   * @param topic the method that returns the feed
   * @param arguments a JSON array in UTF-8, already checked to be one
   * @param call who watches, and until when it is to be open
   * @return completes when it is open; the handlers are to be set in the same turn
   */
  Future<Watching> watch(
      Target object, String topic, Raw arguments, WatchOptions options, CallContext call);

  /**
   * A topic that is watched.
   *
   * @param after the sequence that the items come after; -1 when they begin with the oldest kept
   * @param items with their sequences, each as JSON
   */
  record Watching(long after, MeshStream<FeedItem<Raw>> items) {}

  /**
   * An object as a caller from outside names it.
   *
   * @param tenant of the caller
   * @param name any text of at least one character; with the tenant before it at most 1,024
   */
  record Target(String namespace, String tenant, String name) {}
}
