package dev.weft.contracts.chat;

import java.util.List;

/**
 * Models in OpenAI's shape.
 *
 * @param object {@code list}
 */
public record ModelList(String object, List<Model> data) {
  public ModelList {
    data = List.copyOf(data);
  }
}
