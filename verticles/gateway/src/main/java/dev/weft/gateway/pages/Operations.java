package dev.weft.gateway.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Reason;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.http.HttpRoute.Body;
import dev.weft.json.Json;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Writes the OpenAPI operations of routes: what they and their records say. */
final class Operations {
  private static final String JSON = "application/json";

  private final RecordSchemas schemas;

  Operations(RecordSchemas schemas) {
    this.schemas = schemas;
  }

  /**
   * The operation of a route.
   *
   * @param tag the heading it stands under
   */
  ObjectNode of(HttpRoute route, String tag) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("operationId", route.id());
    operation.putArray("tags").add(tag);
    operation.put("summary", route.text().summary());
    String description = description(route);
    if (!description.isEmpty()) {
      operation.put("description", description);
    }
    ObjectNode responses = JsonNodeFactory.instance.objectNode();
    switch (route.binding()) {
      case Binding.Fields fields -> call(operation, responses, route, fields.endpoint());
      case Binding.Own own -> own(responses, route, own);
      case Binding.Report report -> report(responses, route, report);
      case Binding.Bytes bytes -> success(responses, route);
      case Binding.Relay relay -> success(responses, route);
      case Binding.ObjectCall objects -> success(responses, route);
      case Binding.ObjectWatch objects -> watched(responses, route);
      case Binding.ObjectInspect objects -> watched(responses, route);
    }
    failures(responses, route);
    operation.set("responses", responses);
    if (route.binding() instanceof Binding.Report) {
      ArrayNode security = operation.putArray("security");
      security.addObject();
      security.addObject().putArray("bearer");
      security.addObject().putArray("apiKey");
    } else if (route.binding().access().open()) {
      operation.putArray("security");
    }
    return operation;
  }

  private static String description(HttpRoute route) {
    String scope = route.binding().access().scope();
    String needs =
        route.binding() instanceof Binding.Report report
            ? "All of it needs the scope `" + report.scope() + "`; anybody gets the short form."
            : scope == null ? "" : "Needs the scope `" + scope + "`.";
    return (route.text().description() + " " + needs).strip();
  }

  private void call(
      ObjectNode operation, ObjectNode responses, HttpRoute route, UnaryEndpoint<?, ?> endpoint) {
    Class<?> request = endpoint.requestType();
    Map<String, RecordComponent> fields = RecordSchemas.fields(request);
    Set<String> elsewhere = new HashSet<>(route.variables());
    ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
    for (String name : route.variables()) {
      parameters.add(parameter("path", name, Objects.requireNonNull(fields.get(name), name)));
    }
    if (route.body() == Body.NONE) {
      fields.forEach(
          (name, field) -> {
            if (!elsewhere.contains(name)) {
              parameters.add(parameter("query", name, field));
            }
          });
    } else {
      body(operation, route, request, fields, elsewhere);
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    ObjectNode success = success(responses, route);
    success
        .putObject("content")
        .putObject(JSON)
        .set("schema", schemas.answer(endpoint.replyType()));
  }

  private ObjectNode parameter(String place, String name, RecordComponent field) {
    ObjectNode parameter = JsonNodeFactory.instance.objectNode();
    parameter.put("name", name).put("in", place);
    parameter.put("required", place.equals("path") || !RecordSchemas.optional(field));
    ObjectNode schema = schemas.field(field);
    JsonNode description = schema.remove("description");
    if (description != null) {
      parameter.set("description", description);
    }
    parameter.set("schema", schema);
    return parameter;
  }

  private void body(
      ObjectNode operation,
      HttpRoute route,
      Class<?> request,
      Map<String, RecordComponent> fields,
      Set<String> elsewhere) {
    boolean needed =
        fields.entrySet().stream()
            .anyMatch(
                field ->
                    !elsewhere.contains(field.getKey())
                        && !RecordSchemas.optional(field.getValue()));
    String id = route.id();
    String name = Character.toUpperCase(id.charAt(0)) + id.substring(1) + "Body";
    ObjectNode body = operation.putObject("requestBody").put("required", needed);
    ObjectNode media = body.putObject("content").putObject(JSON);
    media.set("schema", schemas.body(request, elsewhere, name));
    if (!route.text().example().isEmpty()) {
      media.set("example", example(route));
    }
  }

  private static JsonNode example(HttpRoute route) {
    try {
      return Json.mapper().readTree(route.text().example());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the example of " + route.id() + " is not JSON", e);
    }
  }

  private void own(ObjectNode responses, HttpRoute route, Binding.Own own) {
    ObjectNode content = success(responses, route).putObject("content");
    Class<?> reply = own.reply();
    if (reply != null) {
      content.putObject(JSON).set("schema", schemas.answer(reply));
    }
    for (String type : own.mediaTypes()) {
      content
          .putObject(type)
          .putObject("schema")
          .put("type", type.equals(JSON) ? "object" : "string");
    }
  }

  /** The same forms, whatever they say. */
  private void report(ObjectNode responses, HttpRoute route, Binding.Report report) {
    ArrayNode forms =
        success(responses, route)
            .putObject("content")
            .putObject(JSON)
            .putObject("schema")
            .putArray("anyOf");
    forms.add(schemas.answer(report.full())).add(schemas.answer(report.brief()));
    ObjectNode down = responses.path("200").deepCopy();
    responses.set("503", down.put("description", "Down."));
  }

  /** What the query, which no record describes, may be wrong with. */
  private static void watched(ObjectNode responses, HttpRoute route) {
    success(responses, route);
    refer(responses, "400", "Invalid");
  }

  private static ObjectNode success(ObjectNode responses, HttpRoute route) {
    ObjectNode success = responses.putObject("200").put("description", route.text().answer());
    success
        .putObject("headers")
        .putObject("x-request-id")
        .put("$ref", "#/components/headers/RequestId");
    return success;
  }

  private static void failures(ObjectNode responses, HttpRoute route) {
    boolean calls =
        !(route.binding() instanceof Binding.Own || route.binding() instanceof Binding.Report);
    if (route.body() != Body.NONE) {
      refer(responses, "400", "Invalid");
      refer(responses, "408", "SlowBody");
      refer(responses, "413", "TooLarge");
      refer(responses, "415", "MediaType");
    } else if (takesQuery(route)) {
      refer(responses, "400", "Invalid");
    }
    if (!route.variables().isEmpty()) {
      refer(responses, "404", "NotFound");
    }
    if (!route.binding().access().open()) {
      refer(responses, "401", "Unauthenticated");
      refer(responses, "403", "Denied");
    }
    if (calls && !route.binding().access().open()) {
      refer(responses, "429", "RateLimited");
    }
    if (calls) {
      refer(responses, "500", "Internal");
      refer(responses, "503", "Unavailable");
      refer(responses, "504", "Timeout");
    }
    route.text().failures().forEach(reason -> failure(responses, reason));
  }

  private static boolean takesQuery(HttpRoute route) {
    return route.binding() instanceof Binding.Fields fields
        && RecordSchemas.fields(fields.endpoint().requestType()).size() > route.variables().size();
  }

  private static void failure(ObjectNode responses, Reason reason) {
    switch (reason) {
      case NOT_FOUND -> refer(responses, "404", "NotFound");
      case CONFLICT, BUSY -> refer(responses, "409", "Conflict");
      case RATE_LIMITED, QUOTA -> refer(responses, "429", "RateLimited");
      case UPSTREAM -> refer(responses, "502", "Upstream");
      default ->
          throw new IllegalStateException("a route says by itself that it fails with " + reason);
    }
  }

  private static void refer(ObjectNode responses, String status, String name) {
    responses.putObject(status).put("$ref", "#/components/responses/" + name);
  }
}
