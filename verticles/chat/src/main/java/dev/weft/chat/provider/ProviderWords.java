package dev.weft.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of its own failure, whatever shape it says it in. The key that Weft sends to
 * the provider is blotted out wherever it is quoted.
 *
 * @param object the report in OpenAI's shape (message, type, param, code, and what else it had);
 *     null when the provider gave no JSON
 * @param text what it said for people; empty when it said nothing
 */
record ProviderWords(@Nullable Map<String, Object> object, String text) {

  /** Of what is longer only the beginning is read. */
  private static final int MAX_BYTES = 65_536;

  private static final int MAX_TEXT = 2_000;
  private static final int MAX_EXCERPT = 200;
  private static final int MAX_MORE_FIELDS = 20;
  private static final int MAX_MORE_CHARACTERS = 4_000;
  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]+");

  /** Where the text for people is, the likeliest first. */
  private static final String[] TEXTS = {
    "message",
    "msg",
    "detail",
    "error_description",
    "error_message",
    "error_msg",
    "errorMessage",
    "status_msg",
    "faultstring",
    "description",
    "reason",
    "title",
    "text",
    "error"
  };

  private static final String[] CODES = {"code", "error_code", "status_code", "errorCode"};

  /** Fields that stand in the shape already, or that only repeat its message. */
  private static final Set<String> SHAPE =
      Set.of("message", "msg", "error", "object", "type", "param", "code");

  /** Codes and types of an error about the key itself. */
  private static final Set<String> OF_KEYS =
      Set.of(
          "invalid_api_key",
          "authentication_error",
          "invalid_authentication_error",
          "invalid_authentication",
          "unauthorized",
          "unauthenticated",
          "invalid_token");

  private static final Pattern BAD_KEY =
      Pattern.compile(
          "(?i)(invalid|incorrect|missing|expired|revoked|disabled|unknown|wrong|not valid|no"
              + " valid|malformed|unregistered callers)[^.]{0,60}(api[ _-]?key|access"
              + " token|credential|bearer token)|(api[ _-]?key|access token|credentials?|bearer"
              + " token)[^.]{0,40}(is|was|has been|are)?"
              + " ?(invalid|incorrect|missing|expired|revoked|disabled|unknown|wrong|not"
              + " valid|malformed)");

  /** Reads what a provider sent: a body, the data of an event, a line. */
  static ProviderWords of(Provider provider, byte[] said) {
    String text = provider.withoutKey(new String(said, 0, Math.min(said.length, MAX_BYTES), UTF_8));
    byte[] json = text.getBytes(UTF_8);
    try {
      JsonNode root = Json.tree(json, 0, json.length);
      JsonNode first = root.isArray() && !root.isEmpty() ? root.get(0) : root;
      if (first.isObject()) {
        Map<String, Object> object = shaped(first);
        object.put("provider", provider.name());
        return new ProviderWords(object, String.valueOf(object.get("message")));
      }
      if (first.isTextual()) {
        return new ProviderWords(null, shortened(first.asText(), MAX_TEXT));
      }
    } catch (IOException notJson) {
      return new ProviderWords(null, excerpt(text));
    }
    return new ProviderWords(null, excerpt(text));
  }

  /** The HTTP status that the report itself names; 0 for none. */
  int status() {
    if (object == null) {
      return 0;
    }
    for (String name : new String[] {"code", "status", "status_code"}) {
      Object value = object.get(name);
      String digits = value == null ? "" : value.toString();
      if (digits.length() == 3 && (digits.charAt(0) == '4' || digits.charAt(0) == '5')) {
        int status = number(digits);
        if (status > 0) {
          return status;
        }
      }
    }
    return 0;
  }

  /**
   * Whether the report says that the key is not good, rather than that something is not allowed.
   */
  boolean blamesKey() {
    if (object != null) {
      for (String name : new String[] {"code", "type"}) {
        Object value = object.get(name);
        if (value != null && OF_KEYS.contains(value.toString().toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return BAD_KEY.matcher(text).find();
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  /** The words after a colon, or just the end of the sentence. */
  String asEnd() {
    return text.isEmpty() ? "." : ": " + text;
  }

  private static Map<String, Object> shaped(JsonNode root) {
    JsonNode error = root;
    boolean within = root.path("error").isTextual();
    for (String name : new String[] {"error", "errors", "base_resp", "fault", "detail"}) {
      JsonNode inner = root.path(name);
      inner = inner.isArray() && inner.size() == 1 ? inner.get(0) : inner;
      if (inner.isObject() && !inner.isEmpty()) {
        error = inner;
        within = true;
        break;
      }
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("message", shortened(message(error), MAX_TEXT));
    put(out, "type", error.path("type"));
    put(out, "param", error.path("param"));
    for (String name : CODES) {
      if (!out.containsKey("code")) {
        put(out, "code", error.path(name));
      }
    }
    if (within) {
      more(out, error);
    }
    return out;
  }

  private static void put(Map<String, Object> out, String name, JsonNode value) {
    if (value.isValueNode() && !value.isNull()) {
      out.put(name, shortened(value.asText(), MAX_TEXT));
    }
  }

  /** What else the report has goes on as it is, as far as it is not too much. */
  private static void more(Map<String, Object> out, JsonNode error) {
    int room = MAX_MORE_CHARACTERS;
    int fields = 0;
    for (Map.Entry<String, JsonNode> field : error.properties()) {
      int length = field.getKey().length() + field.getValue().toString().length();
      boolean fits = length <= room && fields < MAX_MORE_FIELDS;
      if (fits && !SHAPE.contains(field.getKey()) && !field.getValue().isNull()) {
        out.putIfAbsent(field.getKey(), Json.mapper().convertValue(field.getValue(), Object.class));
        room -= length;
        fields++;
      }
    }
  }

  private static String message(JsonNode error) {
    StringBuilder out = new StringBuilder();
    for (String name : TEXTS) {
      JsonNode value = error.path(name);
      if (value.isTextual() && !value.asText().isBlank()) {
        out.append(value.asText());
        break;
      }
    }
    if (out.isEmpty()) {
      return error.toString();
    }
    JsonNode raw = error.path("metadata").path("raw");
    String source = raw.isTextual() ? raw.asText() : raw.isMissingNode() ? "" : raw.toString();
    if (!source.isBlank() && out.indexOf(source) < 0) {
      out.append(": ").append(source);
    }
    if (error.path("metadata").path("provider_name").isTextual()) {
      out.append(" (").append(error.path("metadata").path("provider_name").asText()).append(')');
    }
    JsonNode inner = error.has("innererror") ? error.path("innererror") : error.path("inner_error");
    if (inner.isObject() && !inner.isEmpty()) {
      out.append(" (").append(inner).append(')');
    }
    return out.toString();
  }

  /** The beginning of a text on one line. */
  private static String excerpt(String text) {
    // Of a long text the beginning is enough to find its first words in.
    String begun = text.length() > 20 * MAX_EXCERPT ? text.substring(0, 20 * MAX_EXCERPT) : text;
    return shortened(SPACE.matcher(begun).replaceAll(" ").strip(), MAX_EXCERPT);
  }

  private static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
