package dev.weft.durable;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A way to call one object. Making one costs little and wakes nobody. Calls made through one stub
 * reach the object in the order they were made, also when it moves meanwhile; there is no order
 * between stubs. Thread-safe.
 *
 * <p>On the thread of a turn of an object, a call waits until that object's writes are durable, and
 * carries the turn's identity, deadline and chain of callers. On any other thread it does neither,
 * also when the turn has started that thread.
 *
 * <p>Calls fail with a {@link dev.weft.contracts.WeftException} whose outcome says what is known of
 * the effect. The stub itself repeats, until the deadline, a call that had no effect because the
 * object moved or its node left, and one whose outcome is unknown if its method is {@link
 * Idempotent} or it has a request id. Codes: {@code object:reset.unavailable} (the instance was
 * lost), {@code object:aborted.unavailable}, {@code object:mailbox.overloaded}, {@code
 * object:reentrancy.conflict} (the object waits, through others, for this very call), {@code
 * object:turn.timeout}, {@code object:method.not_found}, {@code object:request.invalid}, {@code
 * object:request.conflict}, {@code object:version.conflict} (its state is of a newer class), {@code
 * object:internal} (the method threw something else), those of {@link dev.weft.mesh.Mesh}, and
 * whatever the method itself throws as a {@code WeftException}.
 *
 * @param <T> the object's interface
 */
public interface Stub<T> {

  ObjectId id();

  /**
   * The object as its interface: each method waits for its answer. Called on an event loop, one
   * throws {@link IllegalStateException} and sends nothing; a {@link Feed} may be opened there. A
   * thread that is interrupted while it waits gets {@code object:call.cancelled}, and its flag
   * stays set: whether the call has its effect is unknown.
   */
  T object();

  /**
   * Calls without waiting. The function must call one method of what it is given and nothing else;
   * what it returns is ignored.
   *
   * <pre>{@code Future<Long> sum = counter.call(c -> c.add(1));}</pre>
   */
  <R> Future<R> call(Function<T, R> method);

  /**
   * {@link #call} for methods without a result.
   *
   * <pre>{@code Future<Void> done = counter.run(c -> c.reset());}</pre>
   */
  Future<Void> run(Consumer<T> method);

  /**
   * The same object for one request: its identity and deadline are the call's. Without it a stub
   * takes those of the current call, or none and 30 s.
   */
  Stub<T> with(CallContext call);

  /**
   * The same object, if there is one: a call does not make it, but fails with {@code
   * object:id.not_found} (and had no effect) where there is no object yet, or it was deleted. An
   * object exists from the first other call on.
   */
  Stub<T> existing();

  /** The same object with another time limit for each call. */
  Stub<T> withTimeout(Duration timeout);

  /**
   * The same object for one request: calling again with its id (1 to 128 characters) within a day
   * has no second effect and gives the first answer. With another method or other arguments it
   * fails with {@code object:request.conflict}.
   *
   * <p>The answer is kept in the commit of what the method writes last. A method that commits a
   * part before, because it waits outside or calls {@link Storage#sync}, and whose instance is lost
   * then, is run again from its start: it must find out itself what it has done.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid} when the id is too long or
   *     no text that the database can keep
   */
  Stub<T> withRequestId(String requestId);
}
