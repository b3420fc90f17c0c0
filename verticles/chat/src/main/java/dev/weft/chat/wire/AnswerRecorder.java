package dev.weft.chat.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the assistant's message together from the events of a stream, or takes it from a whole
 * answer, for a conversation's history. Keeps the first choice only. Fields that it does not know
 * (reasoning, signatures) are kept as they came: texts and lists are put together, of others the
 * last counts. For one thread.
 */
public final class AnswerRecorder implements StreamFilter.ChunkListener {

  /** More calls of tools than any model makes at once are left out of the history. */
  private static final int MAX_TOOL_CALLS = 1_000;

  /** Longer answers are cut in the history (not on their way to the client). */
  private static final int MAX_CHARACTERS = 1 << 20;

  private static final int MAX_OTHER_FIELDS = 32;
  private static final int MAX_PARTS = 10_000;

  private static final Set<String> OF_MESSAGE = Set.of("role", "content", "refusal", "tool_calls");
  private static final Set<String> OF_CALL = Set.of("index", "id", "type", "function");

  private final StringBuilder content = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final Others others = new Others();
  private final List<ToolCall> toolCalls = new ArrayList<>();
  private final Map<Integer, ToolCall> byIndex = new HashMap<>();
  private boolean cut;
  private @Nullable String whole;

  /** A call of a tool as far as it has come. */
  private static final class ToolCall {
    final StringBuilder name = new StringBuilder();
    final StringBuilder arguments = new StringBuilder();
    final Others others = new Others();
    @Nullable String id;
  }

  /** Fields without a meaning of their own here. */
  private static final class Others {
    private final Map<String, StringBuilder> texts = new HashMap<>();
    private final ObjectNode values = Json.mapper().createObjectNode();
    private int characters;

    /** Takes the fields of an object; false when some of them are too much. */
    boolean take(JsonNode object, Set<String> known) {
      boolean all = true;
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!known.contains(field.getKey()) && !field.getValue().isNull()) {
          all &= take(field.getKey(), field.getValue());
        }
      }
      return all;
    }

    private boolean take(String name, JsonNode value) {
      int size = value.isTextual() ? value.asText().length() : value.toString().length();
      boolean more = !values.has(name) && values.size() >= MAX_OTHER_FIELDS;
      if (more || characters + size > MAX_CHARACTERS) {
        return false;
      }
      characters += size;
      if (value.isTextual()) {
        texts.computeIfAbsent(name, x -> new StringBuilder()).append(value.asText());
        values.putNull(name);
      } else if (value instanceof ArrayNode list && values.get(name) instanceof ArrayNode before) {
        if (before.size() + list.size() > MAX_PARTS) {
          return false;
        }
        before.addAll(list);
      } else {
        texts.remove(name);
        values.set(name, value);
      }
      return true;
    }

    void putInto(ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : values.properties()) {
        StringBuilder text = texts.get(field.getKey());
        if (text != null) {
          object.put(field.getKey(), text.toString());
        } else {
          object.set(field.getKey(), field.getValue());
        }
      }
    }
  }

  @Override
  public void chunk(byte[] source, int from, int to) {
    JsonNode delta = firstChoice(source, from, to).path("delta");
    append(content, delta.path("content"));
    append(refusal, delta.path("refusal"));
    cut |= !others.take(delta, OF_MESSAGE);
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

  /**
   * Whether there is nothing to keep. Calls of tools alone are nothing until the answer is
   * complete: no provider takes back half of one.
   */
  public boolean isEmpty(boolean complete) {
    return whole == null
        && content.isEmpty()
        && refusal.isEmpty()
        && (!complete || toolCalls.isEmpty());
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
    boolean calls = complete && !cut && !toolCalls.isEmpty();
    ObjectNode message = Json.mapper().createObjectNode().put("role", "assistant");
    if (content.isEmpty() && calls) {
      message.putNull("content");
    } else {
      message.put("content", content.toString());
    }
    if (!refusal.isEmpty()) {
      message.put("refusal", refusal.toString());
    }
    others.putInto(message);
    if (calls) {
      ArrayNode list = message.putArray("tool_calls");
      for (ToolCall call : toolCalls) {
        ObjectNode json = list.addObject().put("type", "function");
        json.putObject("function")
            .put("name", call.name.toString())
            .put("arguments", call.arguments.toString());
        if (call.id != null) {
          json.put("id", call.id);
        }
        call.others.putInto(json);
      }
    }
    return message.toString();
  }

  private void toolCall(JsonNode delta) {
    String id = delta.path("id").asText("");
    ToolCall call = delta.path("index").isInt() ? byIndex.get(delta.path("index").asInt()) : last();
    if (call == null || begins(delta, id, call)) {
      if (toolCalls.size() == MAX_TOOL_CALLS) {
        cut = true;
        return;
      }
      call = new ToolCall();
      toolCalls.add(call);
    }
    if (delta.path("index").isInt()) {
      byIndex.put(delta.path("index").asInt(), call);
    }
    if (!id.isEmpty()) {
      call.id = id;
    }
    append(call.name, delta.path("function").path("name"));
    append(call.arguments, delta.path("function").path("arguments"));
    cut |= !call.others.take(delta, OF_CALL);
  }

  private @Nullable ToolCall last() {
    return toolCalls.isEmpty() ? null : toolCalls.getLast();
  }

  /**
   * Whether a piece is of another call than the one that its index, or the lack of one, points to.
   * Some providers give no index, or the same for all; each call has an id of its own, and its name
   * comes once.
   */
  private static boolean begins(JsonNode delta, String id, ToolCall call) {
    if (!id.isEmpty()) {
      return call.id != null && !id.equals(call.id);
    }
    return !delta.path("index").isInt()
        && !delta.path("function").path("name").asText("").isEmpty()
        && !call.arguments.isEmpty();
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
