package dev.weft.node.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A YAML document with the line of each of its values.
 *
 * @param root an object; empty for an empty document
 * @param lines line (from 1) of each path: {@code chat.providers[0].baseUrl}
 */
record YamlFile(ObjectNode root, Map<String, Integer> lines) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A document that is no YAML, or not the YAML that a configuration is. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    final int line;

    Malformed(int line, String problem) {
      super(problem);
      this.line = line;
    }
  }

  static YamlFile parse(String text) throws Malformed, IOException {
    Map<String, Integer> lines = new HashMap<>();
    YAMLFactory factory =
        YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A name with nothing after it; the builder, unlike the constructor, leaves this off.
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .build();
    try (JsonParser parser = factory.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        return new YamlFile(NODES.objectNode(), lines);
      }
      if (first != JsonToken.START_OBJECT) {
        throw new Malformed(1, "The file must hold settings like gateway: { port: 8000 }");
      }
      ObjectNode root = object(parser, "", lines);
      return new YamlFile(root, lines);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      String reason = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
      throw new Malformed(line, "This is not valid YAML: " + reason.lines().findFirst().orElse(""));
    }
  }

  /** The line of a path, or of the nearest part of it that has one. */
  int line(String path) {
    String at = path;
    while (!at.isEmpty()) {
      Integer line = lines.get(at);
      if (line != null) {
        return line;
      }
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return 1;
  }

  private static ObjectNode object(JsonParser parser, String path, Map<String, Integer> lines)
      throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String child = path.isEmpty() ? name : path + "." + name;
      lines.put(child, parser.currentTokenLocation().getLineNr());
      parser.nextToken();
      object.set(name, value(parser, child, lines));
    }
    return object;
  }

  private static JsonNode value(JsonParser parser, String path, Map<String, Integer> lines)
      throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, path, lines);
      case START_ARRAY -> {
        ArrayNode list = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          String child = path + "[" + list.size() + "]";
          lines.put(child, parser.currentTokenLocation().getLineNr());
          list.add(value(parser, child, lines));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> NODES.numberNode(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
      case VALUE_NULL -> NODES.nullNode();
      default -> NODES.textNode(parser.getText());
    };
  }
}
