package dev.weft.durable.internal.call;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** When a call of an object is made again, and after how long. */
final class Retries {
  private static final long FIRST_PAUSE_MILLIS = 2;

  /** While an object moves from a node that stops to another, which takes a moment. */
  private static final int QUICK_ATTEMPTS = 25;

  private static final long QUICK_PAUSE_MILLIS = 32;

  /** While its owner is not answering, until that is buried. */
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private static final String UNAVAILABLE = "mesh:unavailable";
  private static final String TIMEOUT = "mesh:timeout";
  private static final String STOPPING = "mesh:stopping.unavailable";

  /** What says that the object was not to be had there, or then. */
  private static final Set<String> PASSING =
      Set.of(
          ObjectErrors.OWNER_UNAVAILABLE,
          ObjectErrors.RESET,
          ObjectErrors.OUT_OF_ORDER,
          ObjectErrors.NOT_HOSTED,
          "mesh:node.unavailable",
          UNAVAILABLE);

  /**
   * Whether the failure lets the call be made again.
   *
   * @param repeatable whether doing it twice is doing it once
   */
  static boolean mayRepeat(WeftError error, boolean repeatable) {
    return PASSING.contains(error.code())
        && (error.outcome() == Outcome.NOT_EXECUTED
            || error.outcome() == Outcome.UNKNOWN && repeatable);
  }

  /**
   * The failure as its caller is to see it.
   *
   * @param node that was asked; null when none was known
   * @param last why the call was made again, if it was
   */
  static WeftException explained(
      ObjectId id, Throwable failure, @Nullable String node, @Nullable WeftException last) {
    WeftException own =
        failure instanceof RejectedExecutionException
            ? ObjectErrors.stopped(Outcome.NOT_EXECUTED)
            : WeftException.from("object", failure);
    WeftError error = own.error();
    if (error.code().equals(STOPPING)) {
      return ObjectErrors.stopped(error.outcome());
    }
    if (node == null && error.code().equals(UNAVAILABLE)) {
      return ObjectErrors.notHosted(id.namespace());
    }
    return last != null && error.code().equals(TIMEOUT)
        ? ObjectErrors.late(error, last.error())
        : own;
  }

  /** Learns from a failure where the object is. */
  static void learn(Router router, ObjectId id, WeftError error) {
    String owner = ObjectErrors.owner(error);
    if (owner != null) {
      router.owns(id, owner);
    } else if (!error.code().equals(ObjectErrors.OUT_OF_ORDER)) {
      router.forget(id);
    }
  }

  /** Milliseconds before the next attempt; the first redirection is followed at once. */
  static long pauseMillis(int attempts, WeftError error) {
    boolean redirected = error.details().containsKey(ObjectErrors.OWNER);
    if (attempts <= 1 && (redirected || error.code().equals(ObjectErrors.OUT_OF_ORDER))) {
      return 0;
    }
    long longest = attempts <= QUICK_ATTEMPTS ? QUICK_PAUSE_MILLIS : LONGEST_PAUSE_MILLIS;
    long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(attempts, 10), longest);
    return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
  }

  private Retries() {}
}
