package dev.weft.chat.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.json.Json;
import java.io.IOException;

/**
 * Tokens of one completion as the provider counts them.
 *
 * @param prompt tokens read, cached ones included
 * @param completion tokens written, reasoning included
 * @param cached those of the prompt that came from a cache
 * @param reasoning those of the completion that the client does not see
 */
public record Usage(long prompt, long completion, long cached, long reasoning) {

  /** Nothing known. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /** Reads a usage object in OpenAI's shape; what is missing or odd counts as 0. */
  public static Usage read(byte[] bytes, int from, int to) {
    long prompt = 0;
    long completion = 0;
    long cached = 0;
    long reasoning = 0;
    try (JsonParser parser = Json.parser(bytes, from, to - from)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.currentName() != null) {
          switch (parser.currentName()) {
            case "prompt_tokens" -> prompt = parser.getLongValue();
            case "completion_tokens" -> completion = parser.getLongValue();
            case "cached_tokens" -> cached = parser.getLongValue();
            case "reasoning_tokens" -> reasoning = parser.getLongValue();
            default -> {}
          }
        }
      }
    } catch (IOException odd) {
      return NONE;
    }
    return new Usage(prompt, completion, cached, reasoning);
  }
}
