package dev.weft.gateway.routes;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.ObjectDoor.Watching;
import dev.weft.durable.WatchOptions;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.watch.EventSink;
import dev.weft.gateway.watch.SocketSink;
import dev.weft.gateway.watch.WatchRelay;
import dev.weft.gateway.watch.WatcherCount;
import dev.weft.json.JsonFaults;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Streams a topic of a public object: as server-sent events, or over a WebSocket. Whatever is wrong
 * with the request is answered with a status before either begins.
 */
final class ObjectWatchRoute implements Route.Handler {
  private static final String OLDEST = "oldest";

  private final ObjectDoor objects;
  private final PublicNamespaces namespaces;
  private final @Nullable String scope;
  private final HttpLimits limits;
  private final Origins origins;
  private final WatcherCount watchers;
  private final RecordBinder<WatchQuery> query = new RecordBinder<>(WatchQuery.class);

  ObjectWatchRoute(
      ObjectDoor objects,
      PublicNamespaces namespaces,
      @Nullable String scope,
      HttpLimits limits,
      Origins origins,
      WatcherCount watchers) {
    this.objects = objects;
    this.namespaces = namespaces;
    this.scope = scope;
    this.limits = limits;
    this.origins = origins;
    this.watchers = watchers;
  }

  @Override
  public void handle(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    if (!request.method().equals(HttpMethod.GET)) {
      throw noHead(exchange);
    }
    Identity caller = Objects.requireNonNull(exchange.caller());
    PublicNamespaces.checkScope(caller, scope);
    boolean socket = exchange.asksForWebSocket();
    if (socket) {
      // A page may open one to any server, and is not asked whether that lets it.
      origins.check(request);
      exchange.checkUpgrade();
    }
    WatchQuery asked = query.bind(new byte[0], Map.of(), request.query());
    WatchOptions options = options(asked, request.getHeader(HeaderNames.LAST_EVENT_ID));
    String given = asked.args();
    Raw arguments =
        ObjectRoute.arguments(
            given == null ? new byte[0] : given.getBytes(StandardCharsets.UTF_8), "'args'");
    ObjectDoor.Target object = PublicNamespaces.target(caller, exchange.variables());
    watchers.enter(caller);
    objects
        .watch(object, asked.topic(), arguments, options, exchange.call(limits.callTimeout()))
        .onComplete(
            (watching, failure) -> {
              exchange.answered();
              if (failure != null) {
                watchers.leave(caller);
                exchange.fail(namespaces.explained(object, failure));
              } else {
                opened(exchange, watching, caller, socket);
              }
            });
  }

  private static WeftException noHead(Exchange exchange) {
    exchange.response().putHeader(HttpHeaders.ALLOW, "GET");
    return WeftError.of(
            "gateway:method", Reason.INVALID, "What is watched has no head alone: use GET.")
        .exception();
  }

  /** A client that connects again by itself asks by the same address as the first time. */
  private static WatchOptions options(WatchQuery asked, @Nullable String lastEventId) {
    String from = asked.from();
    if (from != null && !from.equals(OLDEST)) {
      throw invalid("'from' can only be 'oldest'.", "from");
    }
    if (from != null && asked.after() != null) {
      throw invalid("'from' and 'after' cannot be given together.", "from");
    }
    if (lastEventId != null && !lastEventId.isEmpty()) {
      return WatchOptions.after(sequence(lastEventId, "last-event-id"));
    }
    String after = asked.after();
    if (after != null) {
      return WatchOptions.after(sequence(after, "after"));
    }
    return from == null ? WatchOptions.live() : WatchOptions.oldest();
  }

  private static long sequence(String text, String name) {
    try {
      long sequence = Long.parseLong(text);
      if (sequence >= 0 && Character.isDigit(text.charAt(0))) {
        return sequence;
      }
    } catch (NumberFormatException e) {
      throw noSequence(name);
    }
    throw noSequence(name);
  }

  private static WeftException noSequence(String name) {
    return invalid("'" + name + "' must be the sequence of an item: a number from 0 on.", name);
  }

  private static WeftException invalid(String message, String param) {
    return WeftError.of("gateway:request", Reason.INVALID, message)
        .withDetail(WeftError.PARAM, JsonFaults.shortened(param))
        .exception();
  }

  private void opened(Exchange exchange, Watching watching, Identity caller, boolean socket) {
    Context context = Vertx.currentContext();
    if (exchange.isOver()) {
      give(watching, caller);
    } else if (!socket) {
      EventSink sink = new EventSink(exchange, context);
      WatchRelay relay = relay(watching, caller, sink);
      exchange.response().drainHandler(_ -> relay.drained());
      begin(exchange, relay);
    } else {
      exchange
          .upgrade()
          .onComplete(
              (upgraded, failure) -> {
                if (failure != null) {
                  give(watching, caller);
                  exchange.cut();
                } else {
                  speak(exchange, watching, caller, upgraded, context);
                }
              });
    }
  }

  private void speak(
      Exchange exchange,
      Watching watching,
      Identity caller,
      ServerWebSocket socket,
      Context context) {
    SocketSink sink =
        new SocketSink(exchange, socket, context, limits.writeStallTimeout().toNanos());
    WatchRelay relay = relay(watching, caller, sink);
    if (exchange.isOver() || socket.isClosed()) {
      relay.clientGone();
      exchange.clientGone();
      return;
    }
    sink.listen(relay);
    begin(exchange, relay);
  }

  private static void begin(Exchange exchange, WatchRelay relay) {
    exchange.leaveAdmission();
    exchange.ongoing(relay);
    relay.start();
  }

  private void give(Watching watching, Identity caller) {
    watching.items().cancel();
    watchers.leave(caller);
  }

  private WatchRelay relay(Watching watching, Identity caller, WatchRelay.Sink sink) {
    return new WatchRelay(
        sink,
        watching,
        new WatchRelay.Terms(
            () -> watchers.leave(caller),
            limits.streamPing().toNanos(),
            limits.writeStallTimeout().toNanos()),
        System.nanoTime());
  }
}
