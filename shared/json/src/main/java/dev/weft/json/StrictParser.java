package dev.weft.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Checks the names of every object that passes. */
final class StrictParser extends JsonParserDelegate {
  private final Deque<FieldNames> open = new ArrayDeque<>();

  StrictParser(JsonParser parser) {
    super(parser);
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (token == JsonToken.FIELD_NAME) {
      open.element().add(currentName());
    } else if (token == JsonToken.START_OBJECT) {
      open.push(new FieldNames());
    } else if (token == JsonToken.END_OBJECT) {
      open.pop();
    }
    return token;
  }
}
