package dev.weft.chat.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.chat.provider.ModelRouter;
import dev.weft.chat.wire.ObjectEdit;
import dev.weft.chat.wire.Usage;
import dev.weft.mesh.CallContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the built-in model, and its forms on the wire.
 *
 * @param id of the completion
 * @param created seconds since the epoch
 * @param text all of it
 * @param words the same in pieces to stream
 * @param wordTokens tokens of each piece, for its pace
 * @param cited numbers of the passages it quotes
 * @param finishReason {@code stop} or {@code length}
 */
public record OfflineAnswer(
    String id,
    long created,
    String text,
    List<String> words,
    List<Integer> wordTokens,
    Set<Integer> cited,
    String finishReason,
    Usage usage) {

  static String newId() {
    return "chatcmpl-" + CallContext.newRequestId().substring(4);
  }

  /** The body of an answer that is not streamed. */
  public byte[] body(@Nullable String extension) {
    String json =
        head("chat.completion")
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + quote(text)
            + ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\""
            + finishReason
            + "\"}],\"usage\":"
            + usageObject()
            + (extension == null ? "" : ",\"weft\":" + extension)
            + "}";
    return json.getBytes(UTF_8);
  }

  /** The first event: the role. */
  String roleEvent(boolean usageWanted, @Nullable String extension) {
    return event(
        "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
        null,
        (usageWanted ? ",\"usage\":null" : "")
            + (extension == null ? "" : ",\"weft\":" + extension));
  }

  /** An event with a piece of the text. */
  String wordEvent(int index, boolean usageWanted) {
    return event(
        "{\"content\":" + quote(words.get(index)) + "}",
        null,
        usageWanted ? ",\"usage\":null" : "");
  }

  /** The last events. */
  String endEvents(boolean usageWanted) {
    String usageEvent =
        "data: " + head("chat.completion.chunk") + "\"choices\":[],\"usage\":" + usageObject();
    return event("{}", finishReason, usageWanted ? ",\"usage\":null" : "")
        + (usageWanted ? usageEvent + "}\n\n" : "")
        + "data: [DONE]\n\n";
  }

  private String event(String delta, @Nullable String finish, String more) {
    return "data: "
        + head("chat.completion.chunk")
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + (finish == null ? "null" : "\"" + finish + "\"")
        + "}]"
        + more
        + "}\n\n";
  }

  private String head(String object) {
    return "{\"id\":\""
        + id
        + "\",\"object\":\""
        + object
        + "\",\"created\":"
        + created
        + ",\"model\":\""
        + ModelRouter.OFFLINE
        + "\",";
  }

  private String usageObject() {
    return "{\"prompt_tokens\":"
        + usage.prompt()
        + ",\"completion_tokens\":"
        + usage.completion()
        + ",\"total_tokens\":"
        + (usage.prompt() + usage.completion())
        + ",\"prompt_tokens_details\":{\"cached_tokens\":0},"
        + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}";
  }

  private static String quote(String text) {
    return new String(ObjectEdit.quote(text), UTF_8);
  }
}
