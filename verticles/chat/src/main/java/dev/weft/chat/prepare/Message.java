package dev.weft.chat.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.Fields;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of a request.
 *
 * @param json the message as it came
 * @param role its role; empty when it has none
 * @param text its text; of a list of parts, the text ones joined by line feeds
 */
public record Message(String json, String role, String text) {

  private static final List<String> INSTRUCTING = List.of("system", "developer");

  /** Whether it tells the model how to behave rather than being part of the talk. */
  public boolean instructs() {
    return INSTRUCTING.contains(role);
  }

  /**
   * The messages of a request in order. Fails with {@code chat:request.invalid} when one is no
   * object.
   */
  public static List<Message> list(byte[] array) {
    List<Message> out = new ArrayList<>();
    try {
      Fields fields = Fields.ofArray(array);
      for (Fields.Field field : fields.list()) {
        if (field.token() != JsonToken.START_OBJECT) {
          String param = "messages[" + out.size() + "]";
          throw CompletionRequest.invalid(param, param + " must be an object.");
        }
        byte[] json = fields.value(field);
        JsonNode node = Json.tree(json, 0, json.length);
        out.add(
            new Message(
                new String(json, UTF_8), node.path("role").asText(""), text(node.path("content"))));
      }
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
    return out;
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder out = new StringBuilder();
    for (JsonNode part : content) {
      if (part.path("text").isTextual()) {
        out.append(out.isEmpty() ? "" : "\n").append(part.path("text").asText());
      }
    }
    return out.toString();
  }
}
