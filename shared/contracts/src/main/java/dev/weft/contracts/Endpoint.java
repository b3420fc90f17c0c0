package dev.weft.contracts;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing a service can be asked over the mesh. Endpoints are constants; their names are the only
 * addresses a caller ever uses, and no outside input becomes one.
 *
 * @param <Q> the request: a record that JSON can carry, or {@link Raw}
 * @param <R> the reply, or one item of the reply stream: a record that JSON can carry, or {@link
 *     Raw}
 */
public sealed interface Endpoint<Q, R> permits UnaryEndpoint, StreamEndpoint {

  /** Form of a name: the service, a dot, what is asked ({@code chat.completions.create}). */
  Pattern NAME = Pattern.compile("[a-z]+(\\.[a-z][a-zA-Z]*)+");

  /** The unique name; its first word is the service. */
  String name();

  Class<Q> requestType();

  Class<R> replyType();

  /** Whether the mesh may repeat a call whose outcome is unknown. */
  boolean idempotent();

  /** Who may call. */
  Access access();

  /** The service that answers: the first word of {@link #name()}. */
  default String service() {
    return serviceOf(name());
  }

  /** The service in an endpoint's name. */
  static String serviceOf(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** A request with one reply; authenticated callers only, not idempotent. */
  static <Q, R> UnaryEndpoint<Q, R> unary(String name, Class<Q> request, Class<R> reply) {
    return new UnaryEndpoint<>(name, request, reply, false, Access.AUTHENTICATED);
  }

  /** A request answered by a stream of items; authenticated callers only, not idempotent. */
  static <Q, R> StreamEndpoint<Q, R> stream(String name, Class<Q> request, Class<R> item) {
    return new StreamEndpoint<>(name, request, item, false, Access.AUTHENTICATED);
  }

  /**
   * Who may call an endpoint.
   *
   * @param open true when no identity is needed: only for what must work before there is one (key
   *     check, public keys, health)
   * @param scope the scope the caller's identity must hold; null when any identity will do
   */
  record Access(boolean open, @Nullable String scope) {
    public static final Access OPEN = new Access(true, null);
    public static final Access AUTHENTICATED = new Access(false, null);

    public static Access scope(String scope) {
      return new Access(false, Objects.requireNonNull(scope));
    }
  }

  /** Checks the parts that both kinds share. */
  static void check(String name, Class<?> request, Class<?> reply, Access access) {
    Objects.requireNonNull(request, "request type");
    Objects.requireNonNull(reply, "reply type");
    Objects.requireNonNull(access, "access");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("endpoint name '" + name + "' is not <service>.<what>");
    }
  }
}
