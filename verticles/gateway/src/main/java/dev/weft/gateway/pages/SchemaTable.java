package dev.weft.gateway.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shows JSON schemas of one OpenAPI document as HTML. */
final class SchemaTable {
  private static final String SCHEMAS = "#/components/schemas/";
  private static final List<String> CHOICES = List.of("oneOf", "anyOf");

  private final JsonNode document;

  SchemaTable(JsonNode document) {
    this.document = document;
  }

  /** What a reference points to; anything else as it is. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** The fields of an object as a table, or the kind of anything else. */
  String describe(JsonNode schema) {
    StringBuilder out = new StringBuilder();
    if (schema.has("description")) {
      out.append("<p>").append(Html.prose(schema.path("description").asText())).append("</p>\n");
    }
    if (!schema.has("properties")) {
      return out.append("<p class=\"kind\">").append(kind(schema)).append("</p>\n").toString();
    }
    return out.append(table(schema)).toString();
  }

  private String table(JsonNode schema) {
    StringBuilder out = new StringBuilder();
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    out.append("<table>");
    for (var property : schema.path("properties").properties()) {
      out.append("<tr><th><code>")
          .append(Html.escape(property.getKey()))
          .append("</code></th><td class=\"kind\">")
          .append(kind(property.getValue()))
          .append(required.contains(property.getKey()) ? ", required" : "")
          .append("</td><td>")
          .append(Html.prose(property.getValue().path("description").asText()))
          .append(limits(property.getValue()))
          .append(fields(property.getValue()))
          .append("</td></tr>\n");
    }
    return out.append("</table>\n").toString();
  }

  /** What a value is, in few words. */
  String kind(JsonNode schema) {
    String ref = schema.path("$ref").asText();
    if (ref.startsWith(SCHEMAS)) {
      String name = Html.escape(ref.substring(SCHEMAS.length()));
      return "<a href=\"#object-" + name + "\">" + name + "</a>";
    }
    if (schema.has("const")) {
      return "<code>" + Html.escape(schema.path("const").asText()) + "</code>";
    }
    for (String choice : CHOICES) {
      if (schema.has(choice)) {
        List<String> kinds = new ArrayList<>();
        schema.path(choice).forEach(one -> kinds.add(kind(one)));
        return String.join(" or ", kinds);
      }
    }
    JsonNode type = schema.path("type");
    String name = type.isArray() ? type.path(0).asText() : type.asText("anything");
    String shown = name.equals("array") ? "array of " + kind(schema.path("items")) : name;
    return isNullable(type) ? shown + " or null" : shown;
  }

  private static boolean isNullable(JsonNode type) {
    for (JsonNode one : type) {
      if (one.asText().equals("null")) {
        return true;
      }
    }
    return false;
  }

  private static String limits(JsonNode schema) {
    List<String> parts = new ArrayList<>();
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema
          .path("enum")
          .forEach(value -> values.add("<code>" + Html.escape(value.asText()) + "</code>"));
      parts.add("one of " + String.join(", ", values));
    }
    limit(parts, schema, "minimum", "at least ");
    limit(parts, schema, "maximum", "at most ");
    limit(parts, schema, "maxLength", "longest ");
    limit(parts, schema, "default", "default ");
    return parts.isEmpty() ? "" : " <span class=\"soft\">(" + String.join("; ", parts) + ")</span>";
  }

  private static void limit(List<String> parts, JsonNode schema, String name, String words) {
    if (schema.has(name)) {
      parts.add(words + Html.escape(schema.path(name).asText()));
    }
  }

  /** The fields of an object within an object, when it has no name of its own. */
  private String fields(JsonNode schema) {
    JsonNode inner = schema.has("items") ? schema.path("items") : schema;
    return inner.has("properties") ? table(inner) : "";
  }
}
