package dev.weft.gateway.http.request;

import dev.weft.mesh.CallContext;
import org.jspecify.annotations.Nullable;

/** Ids that a client may bring along: taken when sane, else made. */
public final class RequestIds {
  private static final int MAX_LENGTH = 128;
  private static final int TRACEPARENT_LENGTH = 55;

  private RequestIds() {}

  /** The client's request id if it is 1 to 128 visible ASCII characters, else a new one. */
  public static String requestId(@Nullable String given) {
    if (given == null || given.isEmpty() || given.length() > MAX_LENGTH) {
      return CallContext.newRequestId();
    }
    for (int i = 0; i < given.length(); i++) {
      char c = given.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return CallContext.newRequestId();
      }
    }
    return given;
  }

  /** The client's trace context if it is of version 00 and valid, else a new one. */
  public static String traceparent(@Nullable String given) {
    return given != null && isTraceparent(given) ? given : CallContext.newTraceparent();
  }

  private static boolean isTraceparent(String text) {
    return text.length() == TRACEPARENT_LENGTH
        && text.startsWith("00-")
        && text.charAt(35) == '-'
        && text.charAt(52) == '-'
        && isId(text, 3, 35)
        && isId(text, 36, 52)
        && isHex(text, 53, 55);
  }

  private static boolean isId(String text, int from, int to) {
    if (!isHex(text, from, to)) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
