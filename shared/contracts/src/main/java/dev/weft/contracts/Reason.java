package dev.weft.contracts;

import java.util.Locale;

/**
 * The kind of a failure: the last word of every error code ({@code chat:conversation.busy}). Edges
 * map a reason, not each code, to their own vocabulary, so a service can add codes freely.
 */
public enum Reason {
  /** The request is malformed or asks for something that cannot be. */
  INVALID(false),
  /** No identity, or one that is not valid. */
  UNAUTHENTICATED(false),
  /** A valid identity that may not do this. */
  DENIED(false),
  /** The thing asked for does not exist. */
  NOT_FOUND(false),
  /** The thing exists already, or changed meanwhile. */
  CONFLICT(false),
  /** The thing is in use by another call; try again soon. */
  BUSY(true),
  /** The request is well formed, but what it brings cannot be processed. */
  UNPROCESSABLE(false),
  /** The request is larger than the limit. */
  TOO_LARGE(false),
  /** Too many requests in a span of time. */
  RATE_LIMITED(true),
  /** A budget is used up. */
  QUOTA(false),
  /** A queue is full; nothing was done. */
  OVERLOADED(true),
  /** The service or what it depends on is not there. */
  UNAVAILABLE(true),
  /** The deadline passed. */
  TIMEOUT(true),
  /** The caller gave up. */
  CANCELLED(false),
  /** A model provider or other outside party failed or answered nonsense. */
  UPSTREAM(true),
  /** A fault of our own. */
  INTERNAL(false);

  private final boolean retryable;

  Reason(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether repeating the call later may succeed, unless the error itself says otherwise. */
  public boolean retryable() {
    return retryable;
  }

  /** The word used in codes: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reason a code ends with; {@link #INTERNAL} when it ends with no known word. */
  public static Reason ofCode(String code) {
    String word = code.substring(Math.max(code.lastIndexOf('.'), code.lastIndexOf(':')) + 1);
    for (Reason reason : values()) {
      if (reason.word().equals(word)) {
        return reason;
      }
    }
    return INTERNAL;
  }
}
