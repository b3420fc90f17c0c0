package dev.weft.gateway.routes;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.contracts.rag.RagApi;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.mesh.Mesh;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** The table of routes that are one call to one endpoint, and {@code /mcp}. */
public final class Routes {
  private static final String COLLECTION = "/v1/rag/collections/{collection}";
  private static final String DOCUMENT = COLLECTION + "/documents/{id}";

  private final Mesh mesh;
  private final Vertx vertx;
  private final HttpLimits limits;
  private final List<Route> routes = new ArrayList<>();

  private Routes(Mesh mesh, Vertx vertx, HttpLimits limits) {
    this.mesh = mesh;
    this.vertx = vertx;
    this.limits = limits;
  }

  /** All of them. */
  public static List<Route> of(Mesh mesh, Vertx vertx, HttpLimits limits, Origins origins) {
    Routes table = new Routes(mesh, vertx, limits);
    table.models();
    table.rag();
    table.auth();
    table.mcp(origins);
    return List.copyOf(table.routes);
  }

  private void models() {
    add(HttpMethod.GET, "/v1/models", 0, ChatApi.LIST_MODELS);
    add(HttpMethod.GET, "/v1/models/{id...}", 0, ChatApi.GET_MODEL);
  }

  private void rag() {
    int json = limits.maxBodyBytes();
    int document = limits.maxDocumentBytes();
    add(HttpMethod.GET, "/v1/rag/collections", 0, RagApi.LIST_COLLECTIONS);
    add(HttpMethod.POST, "/v1/rag/collections", json, RagApi.CREATE_COLLECTION);
    add(HttpMethod.GET, COLLECTION, 0, RagApi.GET_COLLECTION);
    add(HttpMethod.DELETE, COLLECTION, 0, RagApi.DELETE_COLLECTION);
    add(HttpMethod.GET, COLLECTION + "/documents", 0, RagApi.LIST_DOCUMENTS);
    add(HttpMethod.POST, COLLECTION + "/documents", document, RagApi.PUT_DOCUMENT);
    add(HttpMethod.GET, DOCUMENT, 0, RagApi.GET_DOCUMENT);
    add(HttpMethod.PUT, DOCUMENT, document, RagApi.PUT_DOCUMENT);
    add(HttpMethod.DELETE, DOCUMENT, 0, RagApi.DELETE_DOCUMENT);
    add(HttpMethod.POST, "/v1/rag/search", json, RagApi.SEARCH);
  }

  private void auth() {
    int json = limits.maxBodyBytes();
    addSecret(HttpMethod.GET, "/auth/keys", 0, AuthApi.LIST_KEYS);
    addSecret(HttpMethod.POST, "/auth/keys", json, AuthApi.CREATE_KEY);
    addSecret(HttpMethod.DELETE, "/auth/keys/{id}", 0, AuthApi.REVOKE_KEY);
    addSecret(HttpMethod.POST, "/auth/token", json, AuthApi.ISSUE_TOKEN);
    add(HttpMethod.GET, "/.well-known/jwks.json", 0, AuthApi.KEY_SET);
  }

  private void mcp(Origins origins) {
    McpRoute handler = new McpRoute(mesh, origins, limits.requestTimeout());
    for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE)) {
      int body = method.equals(HttpMethod.POST) ? limits.maxBodyBytes() : 0;
      routes.add(Route.closed(method, "/mcp", body, handler));
    }
  }

  private void add(
      HttpMethod method, String template, int maxBodyBytes, UnaryEndpoint<?, ?> endpoint) {
    add(method, template, maxBodyBytes, endpoint, false);
  }

  private void addSecret(
      HttpMethod method, String template, int maxBodyBytes, UnaryEndpoint<?, ?> endpoint) {
    add(method, template, maxBodyBytes, endpoint, true);
  }

  private <Q, R> void add(
      HttpMethod method,
      String template,
      int maxBodyBytes,
      UnaryEndpoint<Q, R> endpoint,
      boolean secret) {
    routes.add(
        new Route(
            method,
            template,
            endpoint.access().open(),
            maxBodyBytes,
            true,
            new EndpointRoute<>(mesh, vertx, endpoint, limits.callTimeout(), secret)));
  }
}
