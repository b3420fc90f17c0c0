package dev.weft.contracts.rag;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param collection the collection's name
 * @param id unique within the collection, 1 to 200 characters; null to have one made
 * @param title shown with citations; null for the id
 * @param text the content, at most 4 MiB of UTF-8
 * @param metadata kept and returned with hits; null for none
 */
public record PutDocument(
    String collection,
    @Nullable String id,
    @Nullable String title,
    String text,
    @Nullable Map<String, String> metadata) {}
