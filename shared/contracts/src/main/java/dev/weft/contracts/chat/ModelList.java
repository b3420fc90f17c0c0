package dev.weft.contracts.chat;

import dev.weft.contracts.http.Doc;
import java.util.List;

/**
 * Models in OpenAI's shape.
 *
 * @param object {@code list}
 */
public record ModelList(@Doc(allowed = "list") String object, List<Model> data) {
  public ModelList {
    data = List.copyOf(data);
  }
}
