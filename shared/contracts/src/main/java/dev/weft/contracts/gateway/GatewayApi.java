package dev.weft.contracts.gateway;

import dev.weft.contracts.Endpoint.Access;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.health.HealthStatus;
import dev.weft.contracts.health.HealthSummary;
import dev.weft.contracts.health.NodeViews;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.Binding.ObjectInspect.Action;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.http.HttpRoute.Body;
import dev.weft.contracts.http.HttpRoute.Method;
import java.util.List;

/** The gateway: the HTTP server that clients reach, and what it answers by itself. */
public final class GatewayApi {
  public static final String INDEX = "/";
  public static final String DOCS = "/docs";
  public static final String OPENAPI = "/openapi.json";
  public static final String HEALTH = "/health";

  /** Who holds it is told all that health knows; others, what is up. */
  public static final String HEALTH_SCOPE = Scopes.METRICS_READ;

  /**
   * Header of the requests that chat sends to providers. A gateway refuses a request that has it:
   * the provider leads back to Weft, and each request would become another one without end.
   */
  public static final String HOP_HEADER = "weft-hop";

  public static final String LIVE = "/livez";
  public static final String READY = "/readyz";

  /** What {@link #LIVE} was called first; answered for those who still ask there. */
  public static final String LIVE_BEFORE = "/health/live";

  public static final String METRICS = "/metrics";
  public static final String INSPECT_NODES = "/v1/inspect/nodes";

  public static final String OBJECT_METHOD = "/v1/objects/{namespace}/{id}/{method}";

  public static final String OBJECT_WATCH = "/v1/objects/{namespace}/{id}/watch";

  public static final String INSPECT_OBJECTS = "/v1/inspect/objects/{namespace}";
  public static final String INSPECT_OBJECT = INSPECT_OBJECTS + "/{id}";

  private static final String JSON = "application/json";
  private static final String HTML = "text/html";
  private static final String TEXT = "text/plain";

  /** The gateway. It calls auth for every request, and what its routes call. */
  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("gateway", 8000, 5700, HEALTH)
          .titled(
              "Objects, health and pages",
              "Durable objects of programs; how Weft is, and where things are.")
          .needing("auth")
          .answering(
              HttpRoute.of(
                      "callObject",
                      Method.POST,
                      OBJECT_METHOD,
                      new Binding.ObjectCall(Access.scope(Scopes.OBJECTS_CALL)),
                      Body.FIELDS)
                  .says("Call an object", "What the method returned, as JSON; `null` for nothing.")
                  .describedAs(
                      "Calls a method of a durable object. The objects are those of the caller's"
                          + " tenant in a namespace that a program has made public. The answer"
                          + " comes when what the method wrote is durable.")
                  .withOperation("/dev/weft/contracts/gateway/objects.json")
                  .failsWith(Reason.CONFLICT),
              HttpRoute.of(
                      "watchObject",
                      Method.GET,
                      OBJECT_WATCH,
                      new Binding.ObjectWatch(Access.scope(Scopes.OBJECTS_CALL)),
                      Body.NONE)
                  .says("Watch an object", "What the object publishes, as it does.")
                  .describedAs(
                      "Streams a topic of a durable object of the caller's tenant as server-sent"
                          + " events, or over a WebSocket when the request asks for that upgrade."
                          + " `id` of an event is the item's sequence: who comes back with it, as"
                          + " `Last-Event-ID` or `after`, goes on without a gap. It does not keep"
                          + " the object in memory.")
                  .withOperation("/dev/weft/contracts/gateway/watch.json")
                  .failsWith(Reason.RATE_LIMITED),
              inspect("listObjects", Method.GET, INSPECT_OBJECTS, Action.LIST)
                  .says("List objects", "Objects, by their ids.")
                  .describedAs(
                      "Objects of a namespace that belong to the caller's tenant, whether they are"
                          + " in memory or not.")
                  .withOperation("/dev/weft/contracts/gateway/inspect-list.json"),
              inspect("inspectObject", Method.GET, INSPECT_OBJECT, Action.INSPECT)
                  .says("Look at an object", "What is stored of it, and what its owner knows.")
                  .describedAs(
                      "Owner, epochs, keys with their sizes, alarms, the last turns of the instance"
                          + " and why it may not be made; no values.")
                  .withOperation("/dev/weft/contracts/gateway/inspect-one.json"),
              inspect("deleteObject", Method.DELETE, INSPECT_OBJECT, Action.DELETE)
                  .says("Delete an object", "Whether there was one.")
                  .describedAs(
                      "Deletes the object with all it stored. An instance of it is reset first,"
                          + " whatever it does. A call that follows makes the object anew.")
                  .withOperation("/dev/weft/contracts/gateway/inspect-one.json"),
              inspect("evictObject", Method.POST, INSPECT_OBJECT + "/evict", Action.EVICT)
                  .says("Evict an object", "Whether there was an idle instance.")
                  .describedAs("Ends an idle instance. What the object stored stays.")
                  .withOperation("/dev/weft/contracts/gateway/inspect-one.json"),
              inspect("resetObject", Method.POST, INSPECT_OBJECT + "/reset", Action.RESET)
                  .says("Reset an object", "Whether there was an instance.")
                  .describedAs(
                      "Ends an instance whatever it does, for one that is stuck: what it has not"
                          + " committed is undone.")
                  .withOperation("/dev/weft/contracts/gateway/inspect-one.json"),
              own(
                      "inspectNodes",
                      INSPECT_NODES,
                      new Binding.Own(
                          Access.scope(Scopes.METRICS_READ), NodeViews.class, List.of()))
                  .says("Look at the nodes", "Each node, with what it says of the others.")
                  .describedAs(
                      "Asks every node, up to 100, which others it hears and which services it"
                          + " finds nobody of. One that does not answer within 1.5 s is named."),
              own("getIndex", INDEX, new Binding.Own(Access.OPEN, Index.class, List.of(HTML)))
                  .says("Index", "The index.")
                  .describedAs("Services and where to go; HTML for browsers."),
              own(
                      "getHealth",
                      HEALTH,
                      new Binding.Report(HEALTH_SCOPE, HealthStatus.class, HealthSummary.class))
                  .says("Health of the whole", "Up or degraded.")
                  .describedAs(
                      "Every service with its state; with a key, also since when, what it needs,"
                          + " and every node. 200 while the gateway can serve anything, with"
                          + " `status: degraded` when a service is missing; 503 when the gateway"
                          + " itself cannot work."),
              own("getLiveness", LIVE, new Binding.Own(Access.OPEN, null, List.of(TEXT)))
                  .says("Whether the process lives", "It does.")
                  .describedAs(
                      "200 for as long as the process answers at all, whatever else is down: what"
                          + " restarts processes asks here, and what sends them requests asks"
                          + " `/readyz`."),
              own("getReadiness", READY, new Binding.Own(Access.OPEN, null, List.of(TEXT)))
                  .says("Whether this process can serve", "It can.")
                  .describedAs(
                      "200 when the gateway has what it needs to serve: it is not starting or"
                          + " stopping, and a node of auth is there. Else 503, with the names of"
                          + " what is missing. A load balancer asks here.")
                  .withOperation("/dev/weft/contracts/gateway/readiness.json"),
              own("getDocs", DOCS, new Binding.Own(Access.OPEN, null, List.of(HTML)))
                  .says("This reference, for people", "A page."),
              own("getOpenApi", OPENAPI, new Binding.Own(Access.OPEN, null, List.of(JSON)))
                  .says("This reference, as OpenAPI", "The OpenAPI document."),
              own(
                      "getMetrics",
                      METRICS,
                      new Binding.Own(Access.scope(Scopes.METRICS_READ), null, List.of(TEXT)))
                  .says("Metrics", "Metrics.")
                  .describedAs("Prometheus text."));

  private static HttpRoute inspect(String id, Method method, String path, Action action) {
    return HttpRoute.of(
        id,
        method,
        path,
        new Binding.ObjectInspect(Access.scope(Scopes.OBJECTS_INSPECT), action),
        Body.NONE);
  }

  private static HttpRoute own(String id, String path, Binding binding) {
    return HttpRoute.of(id, Method.GET, path, binding, Body.NONE);
  }

  private GatewayApi() {}
}
