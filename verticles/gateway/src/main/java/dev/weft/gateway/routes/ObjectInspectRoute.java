package dev.weft.gateway.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.InspectorEndpoints;
import dev.weft.durable.InspectorEndpoints.ListRequest;
import dev.weft.durable.InspectorEndpoints.Page;
import dev.weft.durable.InspectorEndpoints.Target;
import dev.weft.durable.ObjectInspector.Details;
import dev.weft.durable.ObjectInspector.Summary;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Looks at objects of the caller's tenant, evicts, resets or deletes them. Whatever the path names
 * is a name within that tenant, so that no other's can be meant. Each use leaves a line in the log
 * {@code dev.weft.audit}, whether it succeeded or not.
 */
final class ObjectInspectRoute implements Route.Handler {
  private static final Logger audit = LoggerFactory.getLogger("dev.weft.audit");
  private static final int USUAL_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final Mesh mesh;
  private final Binding.ObjectInspect binding;
  private final Duration timeout;
  private final RecordBinder<InspectQuery> query = new RecordBinder<>(InspectQuery.class);

  ObjectInspectRoute(Mesh mesh, Binding.ObjectInspect binding, Duration timeout) {
    this.mesh = mesh;
    this.binding = binding;
    this.timeout = timeout;
  }

  @Override
  public void handle(Exchange exchange) {
    Identity caller = Objects.requireNonNull(exchange.caller());
    Future<?> answer;
    try {
      answer = ask(exchange, caller);
    } catch (WeftException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        (reply, failure) -> {
          exchange.answered();
          note(exchange, caller, failure);
          if (failure != null) {
            exchange.fail(failure);
          } else {
            answer(exchange, reply);
          }
        });
  }

  private Future<?> ask(Exchange exchange, Identity caller) {
    PublicNamespaces.checkScope(caller, binding.access().scope());
    Map<String, String> variables = exchange.variables();
    String namespace = variables.getOrDefault("namespace", "");
    InspectQuery asked = query.bind(new byte[0], Map.of(), exchange.request().query());
    String tenant = caller.tenant();
    Target target =
        new Target(namespace, null, TenantName.of(tenant, variables.getOrDefault("id", "")));
    return switch (binding.action()) {
      case LIST -> list(exchange, namespace, tenant, asked);
      case INSPECT ->
          send(exchange, namespace, InspectorEndpoints.INSPECT, target)
              .map(details -> within(tenant, details));
      case EVICT -> send(exchange, namespace, InspectorEndpoints.EVICT, target);
      case RESET -> send(exchange, namespace, InspectorEndpoints.RESET, target);
      case DELETE -> send(exchange, namespace, InspectorEndpoints.DELETE, target);
    };
  }

  private Future<Page> list(
      Exchange exchange, String namespace, String tenant, InspectQuery asked) {
    Integer limit = asked.limit();
    if (limit != null && (limit < 1 || limit > MAX_LIMIT)) {
      throw WeftError.of(
              "gateway:request", Reason.INVALID, "'limit' must be from 1 to " + MAX_LIMIT + ".")
          .withDetail(WeftError.PARAM, "limit")
          .exception();
    }
    String prefix = asked.prefix() == null ? "" : asked.prefix();
    return send(
            exchange,
            namespace,
            InspectorEndpoints.LIST,
            new ListRequest(
                namespace,
                TenantName.prefix(tenant) + prefix,
                asked.after(),
                limit == null ? USUAL_LIMIT : limit))
        .map(
            page ->
                new Page(page.objects().stream().map(summary -> within(tenant, summary)).toList()));
  }

  private <Q, R> Future<R> send(
      Exchange exchange, String namespace, UnaryEndpoint<Q, R> endpoint, Q request) {
    String node = InspectorEndpoints.nodeFor(mesh.directory(), namespace);
    if (node == null) {
      throw WeftError.of(
              "object:namespace",
              Reason.NOT_FOUND,
              "No node hosts a namespace '" + JsonFaults.shortened(namespace) + "' now.")
          .exception();
    }
    return mesh.callNode(node, endpoint, request, exchange.call(timeout));
  }

  /** Names as the caller knows them. */
  private static Summary within(String tenant, Summary summary) {
    String name = summary.name();
    return new Summary(
        summary.id(),
        name == null ? null : name.substring(TenantName.prefix(tenant).length()),
        summary.owner(),
        summary.epoch(),
        summary.commits(),
        summary.version(),
        summary.lastCommit());
  }

  private static Details within(String tenant, Details details) {
    return new Details(
        within(tenant, details.summary()),
        details.active(),
        details.keys(),
        details.alarms(),
        details.epochs(),
        details.failing());
  }

  private static void answer(Exchange exchange, Object reply) {
    try {
      exchange.json(200, Json.mapper().writeValueAsBytes(reply));
    } catch (JsonProcessingException e) {
      exchange.fail(e);
    }
  }

  private void note(Exchange exchange, Identity caller, @Nullable Throwable failure) {
    Map<String, String> variables = exchange.variables();
    LoggingEventBuilder line =
        audit
            .atInfo()
            .addKeyValue("action", "objects." + binding.action().name().toLowerCase(Locale.ROOT))
            .addKeyValue("namespace", variables.getOrDefault("namespace", ""))
            .addKeyValue("object", variables.getOrDefault("id", ""))
            .addKeyValue("tenant", caller.tenant())
            .addKeyValue("subject", caller.subject())
            .addKeyValue("key", caller.keyId())
            .addKeyValue("from", exchange.client())
            .addKeyValue("request_id", exchange.requestId());
    if (failure != null) {
      line = line.addKeyValue("code", WeftException.from("gateway", failure).error().code());
    }
    line.log(failure == null ? "done" : "refused");
  }
}
