package dev.weft.mesh;

import io.vertx.core.Future;

/** Answers a unary endpoint. */
@FunctionalInterface
public interface UnaryHandler<Q, R> {

  /**
   * @param request the decoded request
   * @param context who calls, until when; its cancellation fires when the caller gives up
   * @return the reply; a failure that is no {@link dev.weft.contracts.WeftException} becomes {@code
   *     <service>:internal} and is logged
   */
  Future<R> handle(Q request, CallContext context);

  /**
   * A handler of straight code, for virtual-thread verticles: may await, returns the reply or
   * throws.
   */
  static <Q, R> UnaryHandler<Q, R> blocking(Blocking<Q, R> body) {
    return (request, context) -> {
      try {
        return Future.succeededFuture(body.handle(request, context));
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    };
  }

  /** Straight code. */
  @FunctionalInterface
  interface Blocking<Q, R> {
    R handle(Q request, CallContext context) throws Exception;
  }
}
