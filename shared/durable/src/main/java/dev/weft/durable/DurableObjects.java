package dev.weft.durable;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;

/**
 * A node's way to durable objects: calls those of the whole mesh, and hosts its own. Thread-safe.
 *
 * <pre>{@code
 * objects.host(ObjectClass.of(COUNTERS, CounterObject::new)).await();
 * long sum = objects.get(COUNTERS, "visits").add(1);
 * }</pre>
 */
public interface DurableObjects {

  /** The object of that name; each call waits for its answer. */
  default <T> T get(Namespace<T> namespace, String name) {
    return stub(namespace, name).object();
  }

  /**
   * The object of that id.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid} when it is of another
   *     namespace
   */
  default <T> T get(Namespace<T> namespace, ObjectId id) {
    return stub(namespace, id).object();
  }

  /** A stub for the object of that name. */
  default <T> Stub<T> stub(Namespace<T> namespace, String name) {
    return stub(namespace, idFromName(namespace, name));
  }

  /**
   * A stub for an object by id.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid} when it is of another
   *     namespace
   */
  <T> Stub<T> stub(Namespace<T> namespace, ObjectId id);

  /**
   * The id that belongs to a name: always the same. Names have 1 to 1,024 characters.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid} when it is none, or holds a
   *     NUL or half a surrogate pair
   */
  ObjectId idFromName(Namespace<?> namespace, String name);

  /** An id that no other object has. */
  ObjectId newUniqueId(Namespace<?> namespace);

  /**
   * The id of these 64 hexadecimal digits.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid} when this namespace never
   *     made it
   */
  ObjectId idFromString(Namespace<?> namespace, String hex);

  /**
   * Lets this node host objects of a class.
   *
   * @return completes when other nodes know
   */
  Future<Void> host(ObjectClass<?> objectClass);

  /**
   * Lets this node apply the records of a projection, in turn with the others that do. At the
   * start, and whenever the projector's version is higher than that of the tables, they are built
   * anew from the objects.
   *
   * @return completes when it is known that records are to be kept for it
   */
  <R> Future<Void> project(Projector<R> projector);

  /** Public objects, for an edge that serves callers from outside. */
  ObjectDoor door();

  /** What can be seen and done from outside. */
  ObjectInspector inspector();
}
