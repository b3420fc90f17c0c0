package dev.weft.chat.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/** Bytes that are not the JSON they should be. The message says what is wrong, for people. */
public final class MalformedJson extends IOException {

  MalformedJson(String message) {
    super(message);
  }

  static MalformedJson because(IOException failure) {
    if (failure instanceof JsonProcessingException json) {
      // The original message alone: the rest quotes the source.
      return new MalformedJson(
          json.getOriginalMessage()
              + (json.getLocation() == null
                  ? ""
                  : " (at byte " + json.getLocation().getByteOffset() + ")"));
    }
    return new MalformedJson(String.valueOf(failure.getMessage()));
  }
}
