package dev.weft.contracts.http;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Endpoint.Access;
import dev.weft.contracts.Raw;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an HTTP request becomes a call, and the reply an HTTP answer. */
public sealed interface Binding {

  /** Who may use it. */
  Access access();

  /** The service that answers; null when the gateway itself does, or any node may. */
  @Nullable String service();

  /**
   * The fields of the JSON body, the variables of the path and the parameters of the query become
   * the fields of the endpoint's request record; its reply is the JSON answer.
   */
  record Fields(UnaryEndpoint<?, ?> endpoint) implements Binding {
    @Override
    public Access access() {
      return endpoint.access();
    }

    @Override
    public String service() {
      return endpoint.service();
    }
  }

  /**
   * The body's bytes pass through unparsed but for two fields, {@code model} and {@code stream}:
   * the latter chooses the endpoint. Items of the stream are pieces of server-sent events.
   */
  record Bytes(UnaryEndpoint<Raw, Raw> whole, StreamEndpoint<Raw, Raw> streamed)
      implements Binding {
    @Override
    public Access access() {
      return whole.access();
    }

    @Override
    public String service() {
      return whole.service();
    }
  }

  /**
   * The whole exchange is passed on, for a protocol of its own over HTTP. Requests of web pages of
   * a foreign origin are refused.
   *
   * @param headers of the request to pass on, lower-case; one that ends with {@code *} stands for
   *     all that begin so
   */
  record Relay(UnaryEndpoint<RelayedRequest, RelayedReply> endpoint, List<String> headers)
      implements Binding {
    public Relay {
      headers = List.copyOf(headers);
    }

    @Override
    public Access access() {
      return endpoint.access();
    }

    @Override
    public String service() {
      return endpoint.service();
    }
  }

  /**
   * The path names an object of a public namespace ({@code namespace}, {@code id}) and a method of
   * it ({@code method}); the body is the array of its arguments, which passes through unread but
   * for its form, and so does the answer. Which namespaces there are is learned from the nodes.
   *
   * @param access what a caller's key must hold for any of them
   */
  record ObjectCall(Access access) implements Binding {
    @Override
    public @Nullable String service() {
      return null;
    }
  }

  /**
   * The path names an object as for {@link ObjectCall}, the parameter {@code topic} a method of it
   * that returns a feed. The answer is what it publishes, for as long as the client stays: as
   * server-sent events, or over a WebSocket when the client asks for one.
   *
   * @param access what a caller's key must hold for any of them
   */
  record ObjectWatch(Access access) implements Binding {
    @Override
    public @Nullable String service() {
      return null;
    }
  }

  /**
   * The path names a namespace, public or not, and an object of it that belongs to the caller's
   * tenant; it is looked at or changed from outside. Each use is a line in the audit log.
   *
   * @param access what a caller's key must hold
   * @param action what is done
   */
  record ObjectInspect(Access access, Action action) implements Binding {
    /** What is done. */
    public enum Action {
      LIST,
      INSPECT,
      EVICT,
      RESET,
      DELETE
    }

    @Override
    public @Nullable String service() {
      return null;
    }
  }

  /**
   * The gateway answers by itself.
   *
   * @param access who may read it
   * @param reply the record whose JSON it answers with; null when it is no JSON of a known form
   * @param mediaTypes of other answers: {@code text/html}
   */
  record Own(Access access, @Nullable Class<?> reply, List<String> mediaTypes) implements Binding {
    public Own {
      mediaTypes = List.copyOf(mediaTypes);
    }

    @Override
    public @Nullable String service() {
      return null;
    }
  }

  /**
   * The gateway answers by itself: in short to anybody, in full to whoever holds a scope. A wrong
   * key is as good as none.
   *
   * @param scope for the full answer
   * @param brief the record whose JSON anybody gets
   * @param full the record whose JSON a holder of the scope gets
   */
  record Report(String scope, Class<?> brief, Class<?> full) implements Binding {
    @Override
    public Access access() {
      return Access.OPEN;
    }

    @Override
    public @Nullable String service() {
      return null;
    }
  }

  /** The endpoints called, where the route names them. */
  default List<Endpoint<?, ?>> endpoints() {
    return switch (this) {
      case Fields fields -> List.of(fields.endpoint());
      case Bytes bytes -> List.of(bytes.whole(), bytes.streamed());
      case Relay relay -> List.of(relay.endpoint());
      case ObjectCall call -> List.of();
      case ObjectWatch watch -> List.of();
      case ObjectInspect inspect -> List.of();
      case Own own -> List.of();
      case Report report -> List.of();
    };
  }
}
