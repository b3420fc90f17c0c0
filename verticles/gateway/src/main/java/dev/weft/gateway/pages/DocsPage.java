package dev.weft.gateway.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** The API reference for people, made from the OpenAPI document. */
final class DocsPage {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

  private final JsonNode document;
  private final SchemaTable schemas;
  private final StringBuilder out = new StringBuilder();

  private DocsPage(JsonNode document) {
    this.document = document;
    this.schemas = new SchemaTable(document);
  }

  static String of(JsonNode document) {
    DocsPage page = new DocsPage(document);
    page.write();
    return Html.page(document.at("/info/title").asText() + " API", page.out.toString());
  }

  private void write() {
    out.append("<div class=\"frame\">\n");
    navigation();
    out.append("<main>\n");
    head();
    for (JsonNode tag : document.path("tags")) {
      String name = tag.path("name").asText();
      out.append("<h2 class=\"tag\">")
          .append(Html.escape(name))
          .append("</h2>\n<p class=\"soft\">")
          .append(Html.prose(tag.path("description").asText()))
          .append("</p>\n");
      operations(name, this::operation);
    }
    errors();
    out.append("<h2 class=\"tag\" id=\"objects\">Objects</h2>\n");
    for (var schema : document.at("/components/schemas").properties()) {
      out.append("<article id=\"object-")
          .append(Html.escape(schema.getKey()))
          .append("\"><h3>")
          .append(Html.escape(schema.getKey()))
          .append("</h3>")
          .append(schemas.describe(schema.getValue()))
          .append("</article>\n");
    }
    out.append("</main>\n</div>");
  }

  private void navigation() {
    out.append("<nav aria-label=\"Contents\"><a href=\"/\"><strong>")
        .append(Html.escape(document.at("/info/title").asText()))
        .append("</strong></a>\n");
    for (JsonNode tag : document.path("tags")) {
      String name = tag.path("name").asText();
      out.append("<h2>").append(Html.escape(name)).append("</h2>\n<ul>\n");
      operations(
          name,
          (method, path, operation) ->
              out.append("<li><a href=\"#")
                  .append(Html.escape(operation.path("operationId").asText()))
                  .append("\">")
                  .append(Html.escape(operation.path("summary").asText()))
                  .append("</a></li>\n"));
      out.append("</ul>\n");
    }
    out.append(
        "<h2>Reference</h2>\n<ul><li><a href=\"#errors\">Errors</a></li>"
            + "<li><a href=\"#objects\">Objects</a></li>"
            + "<li><a href=\"/openapi.json\">OpenAPI document</a></li></ul>\n</nav>\n");
  }

  private void head() {
    out.append("<h1>")
        .append(Html.escape(document.at("/info/title").asText()))
        .append(" API</h1>\n")
        .append("<p class=\"soft\">Version ")
        .append(Html.escape(document.at("/info/version").asText()))
        .append("</p>\n");
    for (String paragraph : document.at("/info/description").asText().split("\n\n", -1)) {
      out.append("<p>").append(Html.prose(paragraph)).append("</p>\n");
    }
    out.append(
        "<pre>curl -N "
            + ApiDocument.EXAMPLE
            + "/v1/chat/completions \\\n"
            + "  -H \"Authorization: Bearer $WEFT_API_KEY\" \\\n"
            + "  -H \"Content-Type: application/json\" \\\n"
            + "  -d '{\"model\":\"weft-offline\",\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"What is Weft?\"}]}'</pre>\n");
  }

  @FunctionalInterface
  private interface OperationWriter {
    void write(String method, String path, JsonNode operation);
  }

  private void operations(String tag, OperationWriter writer) {
    for (var path : document.path("paths").properties()) {
      for (var entry : path.getValue().properties()) {
        JsonNode operation = entry.getValue();
        if (METHODS.contains(entry.getKey()) && operation.at("/tags/0").asText().equals(tag)) {
          writer.write(entry.getKey(), path.getKey(), operation);
        }
      }
    }
  }

  private void operation(String method, String path, JsonNode operation) {
    out.append("<article id=\"")
        .append(Html.escape(operation.path("operationId").asText()))
        .append("\"><h3><span class=\"method ")
        .append(method)
        .append("\">")
        .append(method.toUpperCase(Locale.ROOT))
        .append("</span><code class=\"path\">")
        .append(Html.escape(path))
        .append("</code><span class=\"soft\">")
        .append(Html.escape(operation.path("summary").asText()))
        .append("</span></h3>\n");
    if (operation.has("description")) {
      out.append("<p>").append(Html.prose(operation.path("description").asText())).append("</p>\n");
    }
    JsonNode security = operation.path("security");
    boolean open = operation.has("security") && security.isEmpty();
    boolean more = security.path(0).isEmpty() && security.size() > 1;
    out.append("<p class=\"soft\">")
        .append(open ? "No key needed." : more ? "No key needed; more with one." : "Needs a key.")
        .append("</p>\n");
    parameters(path, operation);
    body(operation.path("requestBody"));
    responses(operation.path("responses"));
    out.append("</article>\n");
  }

  private void parameters(String path, JsonNode operation) {
    StringBuilder rows = new StringBuilder();
    JsonNode shared = document.path("paths").path(path).path("parameters");
    for (JsonNode list : new JsonNode[] {shared, operation.path("parameters")}) {
      for (JsonNode parameter : list) {
        rows.append("<tr><th><code>")
            .append(Html.escape(parameter.path("name").asText()))
            .append("</code></th><td class=\"kind\">")
            .append(schemas.kind(parameter.path("schema")))
            .append(" in ")
            .append(Html.escape(parameter.path("in").asText()))
            .append(parameter.path("required").asBoolean() ? ", required" : "")
            .append("</td><td>")
            .append(Html.prose(parameter.path("description").asText()))
            .append("</td></tr>\n");
      }
    }
    if (!rows.isEmpty()) {
      out.append("<h4>Parameters</h4>\n<table>").append(rows).append("</table>\n");
    }
  }

  private void body(JsonNode body) {
    JsonNode media = body.at("/content/application~1json");
    if (media.isMissingNode()) {
      return;
    }
    out.append("<h4>Body</h4>\n").append(schemas.describe(schemas.resolve(media.path("schema"))));
    if (media.has("example")) {
      out.append("<pre>")
          .append(Html.escape(media.path("example").toPrettyString()))
          .append("</pre>\n");
    }
  }

  private void responses(JsonNode responses) {
    TreeMap<String, JsonNode> byStatus = new TreeMap<>();
    responses.properties().forEach(entry -> byStatus.put(entry.getKey(), entry.getValue()));
    out.append("<h4>Answers</h4>\n<table>");
    byStatus.forEach(
        (status, given) -> {
          JsonNode response = schemas.resolve(given);
          out.append("<tr><th>").append(Html.escape(status)).append("</th><td class=\"kind\">");
          String kinds = "";
          for (var media : response.path("content").properties()) {
            kinds += kinds.isEmpty() ? "" : "<br>";
            kinds +=
                media.getKey().equals("application/json")
                    ? schemas.kind(media.getValue().path("schema"))
                    : Html.escape(media.getKey());
          }
          out.append(kinds)
              .append("</td><td>")
              .append(Html.prose(response.path("description").asText()))
              .append("</td></tr>\n");
        });
    out.append("</table>\n");
    JsonNode events = responses.at("/200/content/text~1event-stream/example");
    if (events.isTextual()) {
      out.append("<h4>Events</h4>\n<pre>")
          .append(Html.escape(events.asText().strip()))
          .append("</pre>\n");
    }
  }

  private void errors() {
    out.append(
        "<h2 class=\"tag\" id=\"errors\">Errors</h2>\n<p class=\"soft\">"
            + "Every error has this shape, OpenAI's own.</p>\n");
    for (var response : document.at("/components/responses").properties()) {
      JsonNode example = response.getValue().at("/content/application~1json/example");
      out.append("<article><h3>")
          .append(Html.escape(response.getKey()))
          .append("</h3><p>")
          .append(Html.prose(response.getValue().path("description").asText()))
          .append("</p><pre>")
          .append(Html.escape(example.toPrettyString()))
          .append("</pre></article>\n");
    }
  }
}
