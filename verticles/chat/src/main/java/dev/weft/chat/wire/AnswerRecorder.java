package dev.weft.chat.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the assistant's message together from the events of a stream, or takes it from a whole
 * answer, for a conversation's history. Keeps the first choice only. For one thread.
 */
public final class AnswerRecorder implements StreamFilter.ChunkListener {

  /** More calls of tools than any model makes at once are left out of the history. */
  private static final int MAX_TOOL_CALLS = 1_000;

  /** Longer answers are cut in the history (not on their way to the client). */
  private static final int MAX_CHARACTERS = 1 << 20;

  private final StringBuilder content = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final Map<Integer, ToolCall> toolCalls = new TreeMap<>();
  private boolean cut;
  private @Nullable String whole;

  /** A call of a tool as far as it has come. */
  private static final class ToolCall {
    final StringBuilder name = new StringBuilder();
    final StringBuilder arguments = new StringBuilder();
    @Nullable String id;
  }

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
   * @param complete whether the answer came to its end; calls of tools that did not, or were cut,
   *     are left out, since no provider takes them back
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
    if (complete && !cut && !toolCalls.isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (ToolCall call : toolCalls.values()) {
        ObjectNode json = calls.addObject().put("type", "function");
        json.putObject("function")
            .put("name", call.name.toString())
            .put("arguments", call.arguments.toString());
        if (call.id != null) {
          json.put("id", call.id);
        }
      }
    }
    return message.toString();
  }

  private void toolCall(JsonNode delta) {
    Integer index = delta.path("index").asInt();
    if (toolCalls.size() == MAX_TOOL_CALLS && !toolCalls.containsKey(index)) {
      cut = true;
      return;
    }
    ToolCall call = toolCalls.computeIfAbsent(index, x -> new ToolCall());
    if (delta.path("id").isTextual()) {
      call.id = delta.path("id").asText();
    }
    append(call.name, delta.path("function").path("name"));
    append(call.arguments, delta.path("function").path("arguments"));
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
      for (JsonNode choice : Json.tree(source, from, to - from).path("choices")) {
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
