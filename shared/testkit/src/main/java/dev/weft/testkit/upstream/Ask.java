package dev.weft.testkit.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a completion request asks for.
 *
 * @param model the model's name as sent: {@code behaviour} or {@code behaviour?events=3&gap=20}
 * @param stream whether an event stream is wanted
 * @param includeUsage whether the stream shall end with a usage chunk
 */
public record Ask(String model, boolean stream, boolean includeUsage) {

  private static final JsonFactory JSON = new JsonFactory();

  /** The name of the behaviour: the model's name up to a question mark. */
  public String behaviour() {
    int mark = model.indexOf('?');
    return mark < 0 ? model : model.substring(0, mark);
  }

  /** A number among the model's parameters. */
  public int number(String name, int otherwise) {
    String value = parameters().get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  private Map<String, String> parameters() {
    Map<String, String> out = new HashMap<>();
    int mark = model.indexOf('?');
    if (mark >= 0) {
      for (String pair : model.substring(mark + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          out.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
    }
    return out;
  }

  /** Reads a request body; what is missing is {@code scripted}, not streamed, without usage. */
  static Ask read(Buffer body) {
    String model = "scripted";
    boolean stream = false;
    boolean usage = false;
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Ask(model, false, false);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
          case "model" -> model = parser.getText();
          case "stream" -> stream = value == JsonToken.VALUE_TRUE;
          case "stream_options" -> usage = asksForUsage(parser);
          default -> parser.skipChildren();
        }
      }
    } catch (IOException notJson) {
      return new Ask(model, stream, usage);
    }
    return new Ask(model, stream, usage);
  }

  private static boolean asksForUsage(JsonParser parser) throws IOException {
    boolean usage = false;
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean named = parser.currentName().equals("include_usage");
        JsonToken value = parser.nextToken();
        usage |= named && value == JsonToken.VALUE_TRUE;
        parser.skipChildren();
      }
    }
    return usage;
  }
}
