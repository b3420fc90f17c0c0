package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
   * @param text the passage: {@code start} to {@code end} of the document's text, after {@code
   *     header} and a line break where there is one
   * @param start offset in UTF-16 units, inclusive
   * @param end offset in UTF-16 units, exclusive
   * @param score BM25; comparable within one result only
   * @param metadata of the document
   * @param header of the table among whose rows the passage begins; null elsewhere
   */
  public record Hit(
      String documentId,
      String title,
      @Doc("The passage.") String text,
      @Doc("Offset in the document's text, in UTF-16 units.") int start,
      @Doc("Offset, exclusive.") int end,
      @Doc("Comparable within one result only.") double score,
      Map<String, String> metadata,
      @Doc("The header of the table among whose rows the passage begins; the text has it first.")
          @Nullable String header) {}
}
