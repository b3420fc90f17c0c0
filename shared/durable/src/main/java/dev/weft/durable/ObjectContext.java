package dev.weft.durable;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What an object is given when it is made, and what it may rely on:
 *
 * <ul>
 *   <li><b>One at a time.</b> Calls and alarms are turns; only one runs at any moment. A turn gives
 *       way to others only where it waits for something outside: a call of a stub, {@link #mesh()},
 *       {@link #outside}, {@link #await}, {@link Storage#sync}. Reading storage does not, nor does
 *       any other blocking.
 *   <li><b>One owner.</b> At most one instance can commit. One that has lost the object (its node
 *       was cut off, or too slow) can neither write, answer nor call out: the attempt throws {@link
 *       ObjectReset}, which is not to be caught.
 *   <li><b>Nothing leaves early.</b> An answer, a call to the outside or an item of a {@link Topic}
 *       leaves only when every write made before it is durable. A read's answer leaves only if the
 *       instance still owned the object after the turn.
 *   <li><b>Fields are a cache.</b> An object without events for a while is dropped, and made again
 *       when it is next called: keep in {@link Storage} what must last.
 * </ul>
 *
 * <p>Turns run on virtual threads, so straight code may wait. Methods are for the threads of the
 * object's own turns, except where they say otherwise.
 */
public interface ObjectContext {

  ObjectId id();

  Storage storage();

  /** The time of the database's clock, which alarms go by. */
  Instant now();

  /** The call that is being answered; in an alarm a background one. */
  CallContext call();

  /**
   * Other objects; their stubs wait for this object's writes and know who calls. <b>Only on the
   * thread of the turn</b>: on one that the turn has started, in an executor or a callback of a
   * future, a stub is one like any other. Its call may leave before the writes made before it are
   * durable, and has neither the identity nor the deadline of the turn. For several calls at once
   * use {@link Stub#call} in the turn.
   */
  DurableObjects objects();

  /** The bus; calls wait until this object's writes are durable. */
  Mesh mesh();

  /**
   * Starts something outside when this object's writes are durable, and waits for it; other events
   * may enter meanwhile. The operation is run in the turn and may not use the object: read what it
   * needs before. Calls of stubs that it makes are those of the turn.
   *
   * @param operation runs on the turn's thread and may block; may call other objects and the mesh,
   *     but not use this one's storage, alarms and topics, which may have changed by then
   * @throws RuntimeException the failure of the future; {@link WeftException} as it is
   */
  <T> T outside(Supplier<Future<T>> operation);

  /** Waits for something already started; other events may enter meanwhile. */
  <T> T await(Future<T> future);

  /**
   * Runs the body while no other event enters, whatever it waits for. When it throws, or takes
   * longer than {@link ObjectLimits#turn}, the object is reset: all its callers get an error, and
   * the next call makes a new instance. May be nested 64 deep.
   *
   * @return what the body returns
   */
  <T> T blockConcurrencyWhile(Section<T, ?> body);

  /** {@link #blockConcurrencyWhile(Section)} without a result. */
  default void blockConcurrencyWhile(Section.Action<?> body) {
    Boolean ignored =
        this.<Boolean>blockConcurrencyWhile(
            () -> {
              body.run();
              return true;
            });
  }

  /**
   * Runs a task as a turn of its own after this one; the object is not dropped before it ends. Its
   * failure is logged.
   */
  void waitUntil(Runnable task);

  /**
   * Drops this instance: what it has not committed is undone, every call it has gets {@code
   * object:aborted.unavailable}. The next call makes a new one.
   *
   * <pre>{@code throw context.abort("the balance does not add up");}</pre>
   *
   * @return never, it throws; what it would return lets the compiler see that the method ends here
   */
  ObjectReset abort(String reason);

  /**
   * What this object has for a projection: records added to it are committed with the turn. May be
   * kept in a field.
   *
   * @throws IllegalArgumentException when the projection is one of another namespace
   */
  <R> Outbox<R> outbox(Projection<R> projection);

  /**
   * This object expires so long from now, by the database's clock; a later call sets it anew.
   * Stored by the commit of the turn. When it has expired it is deleted as by {@link
   * ObjectInspector#delete}, with all it stored and its alarms, within a second or so and while a
   * node hosts it. Until then a call still finds it as it is and may prolong its life; a turn that
   * runs at that moment is reset, and the next call makes the object anew.
   *
   * @throws WeftException {@code object:expiry.invalid} when it is no time after now
   */
  void expireAfter(Duration timeToLive);

  /** The same at a time; one that has passed means at once. */
  void expireAt(Instant when);

  /** This object does not expire; that is how objects are made. */
  void expireNever();

  /**
   * A topic of this object without a name, for one that is made in the constructor: topics of one
   * item type are told apart by the order in which they are made. One that is made later is of this
   * instance alone: when that is over, also because it was evicted, its watchers get {@code
   * object:reset.unavailable}. Give it a name instead.
   */
  <T> Topic<T> topic(Class<T> itemType);

  /**
   * The topic of this object with that name, which its watchers find again in the next instance. It
   * keeps no items.
   *
   * @param name 1 to 128 characters
   * @throws WeftException {@code object:topic.invalid} when the name is too long or no text that
   *     the database can keep, or this instance has made more than 256 topics
   */
  <T> Topic<T> topic(String name, Class<T> itemType);

  /** The same for a topic that keeps its last items. */
  <T> Topic<T> topic(String name, Class<T> itemType, Retention retention);
}
