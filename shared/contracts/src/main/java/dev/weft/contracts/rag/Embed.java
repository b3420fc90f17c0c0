package dev.weft.contracts.rag;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param model {@code bge-small-en-v1.5} or {@code bge-small-zh-v1.5}; null to choose by the script
 *     of the texts
 * @param texts 1 to 256 texts
 * @param query whether the texts are queries (some models mark them) rather than passages
 */
public record Embed(@Nullable String model, List<String> texts, boolean query) {
  public Embed {
    texts = List.copyOf(texts);
  }
}
