package dev.weft.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the built-in model, checked: no provider does it for this one.
 *
 * @param maxTokens most tokens of the answer; {@link Integer#MAX_VALUE} for no limit
 * @param stop texts that end the answer before them
 */
record OfflineOptions(int maxTokens, List<String> stop) {

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");
  private static final int MAX_STOPS = 4;

  /** Reads and checks a request; {@code chat:request.invalid} with the field at fault. */
  static OfflineOptions read(CompletionRequest request) {
    JsonNode root;
    try {
      byte[] body = request.fields().bytes();
      root = Json.tree(body, 0, body.length);
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
    if (request.choices() > 1) {
      throw CompletionRequest.invalid("n", "weft-offline gives one answer: n must be 1.");
    }
    checkMessages(root.path("messages"));
    String format = root.path("response_format").path("type").asText("text");
    if (!format.equals("text")) {
      throw CompletionRequest.invalid(
          "response_format", "weft-offline quotes text: it cannot answer in the form " + format);
    }
    return new OfflineOptions(maxTokens(root), stop(root.path("stop")));
  }

  private static void checkMessages(JsonNode messages) {
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      String at = "messages[" + i + "]";
      if (!message.isObject()) {
        throw CompletionRequest.invalid(at, at + " must be an object.");
      }
      if (!ROLES.contains(message.path("role").asText(""))) {
        throw CompletionRequest.invalid(
            at + ".role",
            at + ".role must be one of system, developer, user, assistant, tool, function.");
      }
      checkContent(message, at + ".content");
    }
  }

  private static void checkContent(JsonNode message, String at) {
    JsonNode content = message.path("content");
    boolean mayLack = message.path("role").asText().equals("assistant");
    if (content.isTextual() || (mayLack && (content.isMissingNode() || content.isNull()))) {
      return;
    }
    if (!content.isArray()) {
      throw CompletionRequest.invalid(at, at + " must be a text or a list of parts.");
    }
    for (int i = 0; i < content.size(); i++) {
      String part = at + "[" + i + "]";
      String type = content.get(i).path("type").asText("");
      if (!type.equals("text") && !type.equals("refusal")) {
        throw CompletionRequest.invalid(
            part + ".type", part + " is no text: weft-offline reads text only.");
      }
      if (!content.get(i).path(type).isTextual()) {
        throw CompletionRequest.invalid(part + "." + type, part + "." + type + " must be a text.");
      }
    }
  }

  private static int maxTokens(JsonNode root) {
    int limit = Integer.MAX_VALUE;
    for (String name : List.of("max_tokens", "max_completion_tokens")) {
      JsonNode value = root.path(name);
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      if (!value.isIntegralNumber() || value.asLong() < 1) {
        throw CompletionRequest.invalid(name, name + " must be a whole number from 1.");
      }
      limit = (int) Math.min(limit, value.asLong());
    }
    return limit;
  }

  private static List<String> stop(@Nullable JsonNode stop) {
    List<String> out = new ArrayList<>();
    if (stop == null || stop.isMissingNode() || stop.isNull()) {
      return out;
    }
    for (JsonNode one : stop.isArray() ? stop : List.of(stop)) {
      if (!one.isTextual() || one.asText().isEmpty()) {
        throw CompletionRequest.invalid("stop", "stop must be a text or a list of texts.");
      }
      out.add(one.asText());
    }
    if (out.size() > MAX_STOPS) {
      throw CompletionRequest.invalid("stop", "stop may list " + MAX_STOPS + " texts at most.");
    }
    return out;
  }
}
