package dev.weft.chat.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.Json;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the assistant's message together from the events of a stream, or takes it from a whole
 * answer, for a conversation's history. Keeps the first choice only. For one thread.
 */
public final class AnswerRecorder implements StreamFilter.ChunkListener {

  /** Longer answers are cut in the history (not on their way to the client). */
  private static final int MAX_CHARACTERS = 1 << 20;

  private final StringBuilder content = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final Map<Integer, ObjectNode> toolCalls = new TreeMap<>();
  private boolean cut;
  private @Nullable String whole;

  @Override
  public void chunk(byte[] source, int from, int to) {
    JsonNode delta = firstChoice(source, from, to).path("delta");
    append(content, delta.path("content"));
    append(refusal, delta.path("refusal"));
    for (JsonNode call : delta.path("tool_calls")) {
      toolCall(call);
    }
  }

  /** Takes the message of an answer that was not streamed. */
  public void body(byte[] source) {
    JsonNode message = firstChoice(source, 0, source.length).path("message");
    if (message.isObject()) {
      whole = message.toString();
    }
  }

  /** Takes text that Weft wrote itself. */
  public void text(String delta) {
    add(content, delta);
  }

  /** Whether there is anything to keep. */
  public boolean isEmpty() {
    return whole == null && content.isEmpty() && refusal.isEmpty() && toolCalls.isEmpty();
  }

  /** Whether the history has less than the client got. */
  public boolean cut() {
    return cut;
  }

  /**
   * The message as Json.mapper().
   *
   * @param complete whether the answer came to its end; calls of tools that did not are left out,
   *     since no provider takes them back
   */
  public String message(boolean complete) {
    if (whole != null) {
      return whole;
    }
    ObjectNode message = Json.mapper().createObjectNode().put("role", "assistant");
    if (content.isEmpty() && !toolCalls.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", content.toString());
    }
    if (!refusal.isEmpty()) {
      message.put("refusal", refusal.toString());
    }
    if (complete && !toolCalls.isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      toolCalls.values().forEach(calls::add);
    }
    return message.toString();
  }

  private void toolCall(JsonNode delta) {
    ObjectNode call =
        toolCalls.computeIfAbsent(
            delta.path("index").asInt(),
            index -> {
              ObjectNode fresh = Json.mapper().createObjectNode().put("type", "function");
              fresh.putObject("function").put("name", "").put("arguments", "");
              return fresh;
            });
    if (delta.path("id").isTextual()) {
      call.put("id", delta.path("id").asText());
    }
    ObjectNode function = (ObjectNode) call.path("function");
    for (String part : new String[] {"name", "arguments"}) {
      JsonNode text = delta.path("function").path(part);
      if (text.isTextual()) {
        function.put(part, function.path(part).asText() + text.asText());
      }
    }
  }

  private void append(StringBuilder to, JsonNode text) {
    if (text.isTextual()) {
      add(to, text.asText());
    }
  }

  private void add(StringBuilder to, String text) {
    int room = MAX_CHARACTERS - to.length();
    cut |= text.length() > room;
    to.append(text, 0, Math.min(text.length(), room));
  }

  private static JsonNode firstChoice(byte[] source, int from, int to) {
    try {
      for (JsonNode choice : Json.mapper().readTree(source, from, to - from).path("choices")) {
        if (choice.path("index").asInt() == 0) {
          return choice;
        }
      }
    } catch (IOException unreadable) {
      // Checked before it came here; then there is nothing to keep.
      return Json.mapper().missingNode();
    }
    return Json.mapper().missingNode();
  }
}
