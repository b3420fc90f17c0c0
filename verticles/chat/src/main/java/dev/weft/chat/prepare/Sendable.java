package dev.weft.chat.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes of a history one that strict providers take: calls of tools stand before their results, and
 * nobody says nothing. What was kept stays as it is; this is what goes to the model.
 */
final class Sendable {

  private Sendable() {}

  /**
   * The history's messages that may be sent.
   *
   * @param history as JSON, oldest first
   * @param next the messages that will follow
   */
  static List<String> of(List<String> history, List<Message> next) {
    List<String> out = new ArrayList<>();
    Set<String> asked = Set.of();
    for (int i = 0; i < history.size(); i++) {
      String json = history.get(i);
      JsonNode message = tree(json);
      String role = message.path("role").asText("");
      if (role.equals("tool")) {
        if (asked.contains(message.path("tool_call_id").asText(""))) {
          out.add(json);
        }
        continue;
      }
      asked = Set.of();
      if (role.equals("assistant") && message instanceof ObjectNode answer) {
        Set<String> answered = answered(history, i + 1, next);
        String sendable = assistant(json, answer, answered);
        if (!sendable.isEmpty()) {
          out.add(sendable);
        }
        asked = answered;
      } else {
        out.add(json);
      }
    }
    return out;
  }

  /** An answer with the calls that have a result; empty when nothing is left of it. */
  private static String assistant(String json, ObjectNode answer, Set<String> answered) {
    boolean changed = false;
    if (answer.path("tool_calls") instanceof ArrayNode calls) {
      int before = calls.size();
      for (int i = calls.size() - 1; i >= 0; i--) {
        if (!answered.contains(calls.get(i).path("id").asText(""))) {
          calls.remove(i);
        }
      }
      changed = calls.size() < before;
      if (calls.isEmpty()) {
        answer.remove("tool_calls");
        changed = true;
      }
    }
    JsonNode content = answer.path("content");
    boolean silent =
        content.isTextual()
            ? content.asText().isEmpty()
            : content.isMissingNode() || content.isNull() || content.isEmpty();
    boolean calls = answer.has("tool_calls") || answer.path("function_call").isObject();
    if (silent && !calls && !answer.path("audio").isObject()) {
      String refusal = answer.path("refusal").asText("");
      if (refusal.isEmpty() || answer.path("refusal").isNull()) {
        return "";
      }
      answer.put("content", refusal);
      changed = true;
    }
    return changed ? answer.toString() : json;
  }

  /** The ids of the calls whose results follow at once. */
  private static Set<String> answered(List<String> history, int from, List<Message> next) {
    Set<String> out = new HashSet<>();
    for (int i = from; i < history.size(); i++) {
      JsonNode message = tree(history.get(i));
      if (!message.path("role").asText("").equals("tool")) {
        return out;
      }
      out.add(message.path("tool_call_id").asText(""));
    }
    for (Message message : next) {
      if (message.role().equals("tool")) {
        out.add(tree(message.json()).path("tool_call_id").asText(""));
      } else if (!message.instructs()) {
        return out;
      }
    }
    return out;
  }

  private static JsonNode tree(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    try {
      return Json.tree(bytes, 0, bytes.length);
    } catch (IOException unreadable) {
      return Json.mapper().missingNode();
    }
  }
}
