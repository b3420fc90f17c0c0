package dev.weft.rag.index;

import dev.weft.rag.text.Chunk;
import java.util.List;
import java.util.Map;

/**
 * A document as the index takes it.
 *
 * @param key its number, unique in the database
 * @param collection its collection's number
 * @param id what users call it
 * @param chunks the pieces of the text, in order
 */
public record IndexedDocument(
    long key,
    long collection,
    String id,
    String title,
    String text,
    Map<String, String> metadata,
    List<Chunk> chunks) {
  public IndexedDocument {
    metadata = Map.copyOf(metadata);
    chunks = List.copyOf(chunks);
  }
}
