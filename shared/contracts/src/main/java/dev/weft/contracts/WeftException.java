package dev.weft.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A {@link WeftError} thrown or failing a future. Carries a stack trace only when its reason is
 * {@link Reason#INTERNAL}, since the others are answers, not faults; or when it is {@link #here}.
 */
public final class WeftException extends RuntimeException {

  private final transient WeftError error;

  WeftException(WeftError error, @Nullable Throwable cause) {
    this(error, cause, error.reason() == Reason.INTERNAL);
  }

  private WeftException(WeftError error, @Nullable Throwable cause, boolean traced) {
    super(error.code() + ": " + error.message(), cause, false, traced);
    this.error = error;
  }

  /**
   * The same error with the stack of the calling thread, for code that waited for an answer: where
   * it was made says nothing of who asked, and most are made without a stack. A stack that this one
   * has becomes that of the cause.
   */
  public WeftException here() {
    return new WeftException(error, getStackTrace().length > 0 ? this : getCause(), true);
  }

  public WeftError error() {
    return error;
  }

  /**
   * The failure as one of ours: itself, or {@code <service>:internal} with the cause attached and
   * its text kept out of the message.
   *
   * @param service the service at fault
   */
  public static WeftException from(String service, Throwable failure) {
    if (failure instanceof WeftException own) {
      return own;
    }
    return WeftError.of(service, Reason.INTERNAL, "Internal error; see the log of " + service + ".")
        .withOutcome(Outcome.UNKNOWN)
        .exception(failure);
  }
}
