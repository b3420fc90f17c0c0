package dev.weft.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A {@link WeftError} thrown or failing a future. Carries a stack trace only when its reason is
 * {@link Reason#INTERNAL}: the others are answers, not faults.
 */
public final class WeftException extends RuntimeException {

  private final transient WeftError error;

  WeftException(WeftError error, @Nullable Throwable cause) {
    super(error.code() + ": " + error.message(), cause, false, error.reason() == Reason.INTERNAL);
    this.error = error;
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
