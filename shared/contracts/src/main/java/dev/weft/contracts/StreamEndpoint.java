package dev.weft.contracts;

/**
 * An {@link Endpoint} that answers with a stream of items.
 *
 * @param <Q> the request
 * @param <R> the item of the stream
 */
public record StreamEndpoint<Q, R>(
    String name, Class<Q> requestType, Class<R> replyType, boolean idempotent, Access access)
    implements Endpoint<Q, R> {

  public StreamEndpoint {
    Endpoint.check(name, requestType, replyType, access);
  }

  /** The same endpoint, marked as safe to repeat. */
  public StreamEndpoint<Q, R> asIdempotent() {
    return new StreamEndpoint<>(name, requestType, replyType, true, access);
  }

  /** The same endpoint, for callers whose identity holds the scope. */
  public StreamEndpoint<Q, R> withScope(String scope) {
    return new StreamEndpoint<>(name, requestType, replyType, idempotent, Access.scope(scope));
  }

  /** The same endpoint, callable without an identity. */
  public StreamEndpoint<Q, R> asOpen() {
    return new StreamEndpoint<>(name, requestType, replyType, idempotent, Access.OPEN);
  }
}
