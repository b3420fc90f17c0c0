package dev.weft.durable.internal.instance;

import dev.weft.durable.ObjectReset;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.turn.OutputGate;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the code of a turn stands on: how it waits, and how what it does leaves the object. For the
 * threads of turns; {@link ObjectReset} is thrown when the instance is over.
 */
public interface TurnSupport {
  /**
   * Waits for something outside; other events may enter. Ends with the instance, also when what it
   * waits for never does.
   */
  <T> T await(Future<T> future);

  /** Waits for the store; nothing else enters. */
  <T> T read(Function<ObjectStore, Future<T>> question);

  /**
   * Starts something once all that was written before is durable; the operation may run on any
   * thread and must not block.
   */
  <T> Future<T> afterWrites(Supplier<Future<T>> operation);

  /**
   * Ends a stretch of a turn: what it wrote is committed as one, when that is asked for by {@link
   * #flush}.
   *
   * @return the version that it is durable with; 0 when it has written nothing
   */
  long seal();

  /** Sends what was sealed to the database, together with what is sealed meanwhile. */
  void flush();

  /** Whether the current stretch has written anything. */
  boolean hasWritten();

  /** The version with which what the current stretch has written so far will be durable. */
  long versionAhead();

  /** Lets something leave once all that was written before is durable. */
  void pass(OutputGate.Exit exit);
}
