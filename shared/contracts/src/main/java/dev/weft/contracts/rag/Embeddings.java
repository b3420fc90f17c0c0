package dev.weft.contracts.rag;

import java.util.List;

/**
 * @param model the model used
 * @param vectors one a text, in order, of length 1 (so that the dot product is the cosine)
 * @param tokens tokens read
 */
public record Embeddings(String model, List<float[]> vectors, int tokens) {
  public Embeddings {
    vectors = List.copyOf(vectors);
  }
}
