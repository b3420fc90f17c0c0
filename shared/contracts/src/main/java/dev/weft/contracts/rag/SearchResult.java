package dev.weft.contracts.rag;

import java.util.List;
import java.util.Map;

/**
 * @param hits best first
 */
public record SearchResult(String collection, String query, List<Hit> hits) {
  public SearchResult {
    hits = List.copyOf(hits);
  }

  /**
   * A passage.
   *
   * @param documentId its document
   * @param title the document's title
   * @param text the passage, exactly {@code start} to {@code end} of the document's text
   * @param start offset in UTF-16 units, inclusive
   * @param end offset in UTF-16 units, exclusive
   * @param score BM25; comparable within one result only
   * @param metadata of the document
   */
  public record Hit(
      String documentId,
      String title,
      String text,
      int start,
      int end,
      double score,
      Map<String, String> metadata) {}
}
