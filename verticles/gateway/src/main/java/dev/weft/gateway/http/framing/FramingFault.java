package dev.weft.gateway.http.framing;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;

/** Why a connection's bytes are no request that can be read in one way only. */
public final class FramingFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient WeftError error;

  private FramingFault(WeftError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  /** A request that breaks the rules of HTTP. */
  static FramingFault malformed(String message) {
    return new FramingFault(WeftError.of("gateway:request", Reason.INVALID, message));
  }

  /** A request that asks for a part of HTTP that is not offered. */
  static FramingFault unsupported(String message) {
    return new FramingFault(WeftError.of("gateway:request.unsupported", Reason.INVALID, message));
  }

  /** What the client is told. */
  public WeftError error() {
    return error;
  }
}
