package dev.weft.testkit.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events and bodies of a well-behaved provider, as text. */
public final class Chunks {

  private static final String ID = "chatcmpl-scripted";
  private static final long CREATED = 1_700_000_000L;

  /** What ends a stream. */
  public static final String DONE = "data: [DONE]\n\n";

  private Chunks() {}

  /** The word an answer has at a place: {@code "word7 "}. */
  public static String word(int index) {
    return "word" + index + " ";
  }

  /** The whole text of an answer of so many words. */
  public static String text(int words) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < words; i++) {
      out.append(word(i));
    }
    return out.toString();
  }

  /** The first event: the role. */
  public static String role(String model, boolean usageAsked) {
    return chunk(model, "{\"role\":\"assistant\",\"content\":\"\"}", null, usageAsked);
  }

  /** An event with content; the text is JSON-escaped already. */
  public static String content(String model, String text, boolean usageAsked) {
    return chunk(model, "{\"content\":\"" + text + "\"}", null, usageAsked);
  }

  /** The event that says why the answer ended. */
  public static String finish(String model, String reason, boolean usageAsked) {
    return chunk(model, "{}", reason, usageAsked);
  }

  /** The event that carries only usage. */
  public static String usage(String model, int completionTokens) {
    return "data: "
        + head(model)
        + "\"choices\":[],\"usage\":"
        + usageObject(completionTokens)
        + "}\n\n";
  }

  /** A usage object: 9 prompt tokens and the given completion tokens. */
  public static String usageObject(int completionTokens) {
    return "{\"prompt_tokens\":9,\"completion_tokens\":"
        + completionTokens
        + ",\"total_tokens\":"
        + (9 + completionTokens)
        + ",\"prompt_tokens_details\":{\"cached_tokens\":0}}";
  }

  /** A whole stream: role, words, finish, usage when asked, the end. */
  public static List<String> stream(String model, int events, boolean usageAsked) {
    List<String> out = new ArrayList<>();
    out.add(role(model, usageAsked));
    for (int i = 0; i < events; i++) {
      out.add(content(model, word(i), usageAsked));
    }
    out.add(finish(model, "stop", usageAsked));
    if (usageAsked) {
      out.add(usage(model, events));
    }
    out.add(DONE);
    return out;
  }

  /** The body of an answer that is not streamed. */
  public static String completion(String model, int words) {
    return "{\"id\":\""
        + ID
        + "\",\"object\":\"chat.completion\",\"created\":"
        + CREATED
        + ",\"model\":\""
        + model
        + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + text(words)
        + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":"
        + usageObject(words)
        + "}";
  }

  /** An error body in OpenAI's shape. */
  public static String error(String message, String type, String code) {
    return "{\"error\":{\"message\":\""
        + message
        + "\",\"type\":\""
        + type
        + "\",\"param\":null,\"code\":\""
        + code
        + "\"}}";
  }

  private static String chunk(String model, String delta, @Nullable String finish, boolean usage) {
    return "data: "
        + head(model)
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + (finish == null ? "null" : "\"" + finish + "\"")
        + "}]"
        + (usage ? ",\"usage\":null" : "")
        + "}\n\n";
  }

  private static String head(String model) {
    return "{\"id\":\""
        + ID
        + "\",\"object\":\"chat.completion.chunk\",\"created\":"
        + CREATED
        + ",\"model\":\""
        + model
        + "\",\"service_tier\":\"default\",\"system_fingerprint\":null,";
  }
}
