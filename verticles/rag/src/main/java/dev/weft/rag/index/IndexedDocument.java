package dev.weft.rag.index;

import dev.weft.rag.text.Chunk;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document as the index takes it.
 *
 * @param key its number, unique in the database
 * @param collection its collection's number
 * @param version grows with each replacement
 * @param id what users call it
 * @param chunks the pieces of the text, in order
 * @param failure why it could not be indexed before; null when it could or has not been tried
 */
public record IndexedDocument(
    long key,
    long collection,
    long version,
    String id,
    String title,
    String text,
    Map<String, String> metadata,
    List<Chunk> chunks,
    @Nullable String failure) {
  public IndexedDocument {
    metadata = Map.copyOf(metadata);
    chunks = List.copyOf(chunks);
  }
}
