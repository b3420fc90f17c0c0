package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param chunks into how many pieces the text was cut
 * @param updatedAt ISO-8601 in UTC
 * @param failure why the document is stored but cannot be found by searches; null, and left out,
 *     when it can
 */
public record DocumentInfo(
    String id,
    String collection,
    String title,
    int characters,
    @Doc("Into how many passages the text was cut.") int chunks,
    Map<String, String> metadata,
    @Doc(format = "date-time") String updatedAt,
    @Doc("Why the document is stored but not found by searches; absent when it is found.")
        @Nullable String failure) {

  /** The same with a failure, or with none. */
  public DocumentInfo withFailure(@Nullable String why) {
    return new DocumentInfo(id, collection, title, characters, chunks, metadata, updatedAt, why);
  }
}
