package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
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
      @Doc("The passage.") String text,
      @Doc("Offset in the document's text, in UTF-16 units.") int start,
      @Doc("Offset, exclusive.") int end,
      @Doc("Comparable within one result only.") double score,
      Map<String, String> metadata) {}
}
