package dev.weft.contracts;

/**
 * An {@link Endpoint} with one reply.
 *
 * @param <Q> the request
 * @param <R> the reply
 */
public record UnaryEndpoint<Q, R>(
    String name, Class<Q> requestType, Class<R> replyType, boolean idempotent, Access access)
    implements Endpoint<Q, R> {

  public UnaryEndpoint {
    Endpoint.check(name, requestType, replyType, access);
  }

  /** The same endpoint, marked as safe to repeat. */
  public UnaryEndpoint<Q, R> asIdempotent() {
    return new UnaryEndpoint<>(name, requestType, replyType, true, access);
  }

  /** The same endpoint, for callers whose identity holds the scope. */
  public UnaryEndpoint<Q, R> withScope(String scope) {
    return new UnaryEndpoint<>(name, requestType, replyType, idempotent, Access.scope(scope));
  }

  /** The same endpoint, callable without an identity. */
  public UnaryEndpoint<Q, R> asOpen() {
    return new UnaryEndpoint<>(name, requestType, replyType, idempotent, Access.OPEN);
  }
}
