package dev.weft.chat.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole answer as the events of a stream: the message of each choice in one chunk, then why it
 * ended, then the usage. For providers that answer in one piece what was asked for as a stream.
 */
final class WholeAnswer {

  private WholeAnswer() {}

  /**
   * The JSON of the events.
   *
   * @param source the answer: an object with a list of choices
   */
  static List<byte[]> events(byte[] source, int from, int to) {
    List<byte[]> out = new ArrayList<>();
    try {
      if (!(Json.tree(source, from, to - from) instanceof ObjectNode answer)) {
        return out;
      }
      JsonNode choices = answer.remove("choices");
      JsonNode usage = answer.remove("usage");
      answer.put("object", "chat.completion.chunk");
      int place = 0;
      for (JsonNode choice : choices) {
        int index = choice.path("index").asInt(place);
        ObjectNode begun = chunk(index);
        begun.set("delta", delta(choice.path("message")));
        if (choice.hasNonNull("logprobs")) {
          begun.set("logprobs", choice.get("logprobs"));
        }
        begun.putNull("finish_reason");
        out.add(event(answer, begun));
        ObjectNode ended = chunk(index);
        ended.putObject("delta");
        ended.put("finish_reason", reason(choice));
        out.add(event(answer, ended));
        place++;
      }
      if (usage != null && usage.isObject()) {
        ObjectNode last = answer.deepCopy();
        last.putArray("choices");
        last.set("usage", usage);
        out.add(Json.encodeBytes(last));
      }
    } catch (IOException unreadable) {
      // Deeper or longer than is read; what comes of it is an answer that never began.
      return List.of();
    }
    return out;
  }

  /** A whole answer has ended, also when it does not say why. */
  private static String reason(JsonNode choice) {
    String said = choice.path("finish_reason").asText("");
    if (!said.isBlank() && !said.equals("null")) {
      return said;
    }
    return choice.path("message").path("tool_calls").isEmpty() ? "stop" : "tool_calls";
  }

  private static ObjectNode chunk(int index) {
    return Json.mapper().createObjectNode().put("index", index);
  }

  private static JsonNode delta(JsonNode message) {
    if (!(message instanceof ObjectNode delta)) {
      return Json.mapper().createObjectNode();
    }
    if (!delta.has("role")) {
      delta.put("role", "assistant");
    }
    int place = 0;
    for (JsonNode call : delta.path("tool_calls")) {
      if (call instanceof ObjectNode numbered && !numbered.has("index")) {
        numbered.put("index", place);
      }
      place++;
    }
    return delta;
  }

  private static byte[] event(ObjectNode answer, ObjectNode choice) {
    ObjectNode chunk = answer.deepCopy();
    ArrayNode choices = chunk.putArray("choices");
    choices.add(choice);
    return Json.encodeBytes(chunk);
  }
}
