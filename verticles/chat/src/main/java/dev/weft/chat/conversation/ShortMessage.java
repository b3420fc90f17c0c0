package dev.weft.chat.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The beginning of a message that is too long for a history, with a note of what is missing. */
final class ShortMessage {

  private ShortMessage() {}

  /**
   * The message in about as many characters as it may have.
   *
   * @param message null when it is too long to be read at all
   * @param size its length
   */
  static String of(String role, @Nullable String message, long size, int most) {
    if (message != null && tree(message) instanceof ObjectNode node) {
      JsonNode content = node.path("content");
      if (content.isTextual()) {
        node.put("content", cut(content.asText(), most));
      } else if (content.isArray()) {
        node.set("content", parts(content, most));
      }
      if (node.toString().length() <= 2 * most) {
        return node.toString();
      }
    }
    return Json.mapper()
        .createObjectNode()
        .put("role", role)
        .put("content", note("this message of " + size + " characters"))
        .toString();
  }

  private static JsonNode tree(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    try {
      return Json.tree(bytes, 0, bytes.length);
    } catch (IOException unreadable) {
      return Json.mapper().missingNode();
    }
  }

  /** Texts are cut; what is no text (an image, a file) is named. */
  private static ArrayNode parts(JsonNode content, int most) {
    ArrayNode out = Json.mapper().createArrayNode();
    int room = most;
    for (JsonNode part : content) {
      String text = part.path("text").asText("");
      boolean fits = part.toString().length() <= room;
      if (fits) {
        out.add(part);
        room -= part.toString().length();
      } else if (part.path("text").isTextual()) {
        out.addObject().put("type", "text").put("text", cut(text, room));
        room = 0;
      } else {
        out.addObject()
            .put("type", "text")
            .put("text", note("a part of the type " + part.path("type").asText("unknown")));
      }
    }
    return out;
  }

  private static String cut(String text, int most) {
    int end = Math.max(0, Math.min(text.length(), most));
    if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return end == text.length()
        ? text
        : text.substring(0, end) + note(text.length() - end + " characters");
  }

  private static String note(String what) {
    return " [" + what + " left out here: the conversation is longer than is sent again]";
  }
}
