package dev.weft.gateway.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.ServiceStatus;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.http.HttpRoute.Body;
import dev.weft.contracts.http.HttpRoute.Method;
import dev.weft.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of the services' routes, with the version of this software, and the page
 * made from it. Both are made when first asked for: few processes ever are. Event loop of its
 * routes only.
 */
final class ApiDocument {
  /** What the texts have where the address belongs that was asked. */
  static final String EXAMPLE = "http://localhost:8000";

  private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]{1,260}");

  private final List<ServiceDescriptor> services;
  private final String version;
  private @Nullable String json;
  private @Nullable String page;

  ApiDocument(List<ServiceDescriptor> services, String version) {
    this.services = services;
    this.version = version;
  }

  /**
   * The document for whoever asked at an address.
   *
   * @param address such as {@code https://weft.example}
   */
  byte[] json(String address) {
    String made = json;
    if (made == null) {
      made = tree().toPrettyString();
      json = made;
    }
    return at(address, made).getBytes(StandardCharsets.UTF_8);
  }

  /** The page, likewise. */
  String page(String address) {
    String made = page;
    if (made == null) {
      made = DocsPage.of(tree());
      page = made;
    }
    return at(address, made);
  }

  /** Letters that mean nothing in JSON, HTML or a shell; anything else is not repeated. */
  private static String at(String address, String text) {
    return ADDRESS.matcher(address).matches() ? text.replace(EXAMPLE, address) : text;
  }

  private JsonNode tree() {
    ObjectNode document = read("openapi.json");
    ((ObjectNode) document.path("info")).put("version", version);
    ((ObjectNode) document.at("/servers/0")).put("url", EXAMPLE);
    ArrayNode tags = (ArrayNode) document.path("tags");
    ObjectNode paths = (ObjectNode) document.path("paths");
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    Operations operations = new Operations(new RecordSchemas(schemas));
    for (ServiceDescriptor service : ownLast()) {
      tags.addObject().put("name", service.title()).put("description", service.about());
      for (HttpRoute route : routes(service)) {
        ObjectNode path = paths.withObjectProperty(route.plainPath());
        ObjectNode operation = operations.of(route, service.title());
        if (!route.text().operation().isEmpty()) {
          addByHand(route, operation, path, schemas);
        }
        path.set(route.method().word(), operation);
      }
    }
    return document;
  }

  /** What the gateway answers itself is the least of what people look for. */
  private List<ServiceDescriptor> ownLast() {
    List<ServiceDescriptor> ordered = new ArrayList<>(services);
    ordered.removeIf(service -> service.name().equals(GatewayApi.SERVICE.name()));
    services.stream()
        .filter(service -> service.name().equals(GatewayApi.SERVICE.name()))
        .forEach(ordered::add);
    return ordered;
  }

  /** The routes of a service, among the gateway's own those to the health of each. */
  private List<HttpRoute> routes(ServiceDescriptor service) {
    if (!service.name().equals(GatewayApi.SERVICE.name())) {
      return service.routes();
    }
    List<HttpRoute> routes = new ArrayList<>(service.routes());
    for (ServiceDescriptor one : services) {
      if (routes.stream().noneMatch(route -> route.path().equals(one.healthPath()))) {
        routes.add(health(one));
      }
    }
    return routes;
  }

  private static HttpRoute health(ServiceDescriptor service) {
    String name = service.name();
    String id = "get" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return HttpRoute.of(
            id + "Health",
            Method.GET,
            service.healthPath(),
            new Binding.Report(GatewayApi.HEALTH_SCOPE, ServiceStatus.class, HealthReport.class),
            Body.NONE)
        .says("Health of " + name, "Up or degraded.")
        .describedAs("How " + name + " is; with a key, also what it needs when it is not well.");
  }

  /** Adds what is written by hand in a file beside the route. */
  private static void addByHand(
      HttpRoute route, ObjectNode operation, ObjectNode path, ObjectNode schemas) {
    ObjectNode file = read(route.text().operation());
    JsonNode own = file.path(route.method().word());
    if (own.has("requestBody")) {
      operation.set("requestBody", own.path("requestBody"));
    }
    ObjectNode responses = (ObjectNode) operation.path("responses");
    own.path("responses")
        .properties()
        .forEach(entry -> responses.set(entry.getKey(), entry.getValue()));
    if (file.has("parameters")) {
      path.set("parameters", file.path("parameters"));
    }
    file.at("/components/schemas")
        .properties()
        .forEach(entry -> schemas.set(entry.getKey(), entry.getValue()));
  }

  private static ObjectNode read(String resource) {
    try {
      return (ObjectNode) Json.mapper().readTree(Resources.bytes(resource));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
