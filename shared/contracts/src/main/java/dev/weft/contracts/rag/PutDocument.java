package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
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
    @Doc(
            value = "Name of the collection.",
            minLength = 1,
            maxLength = 64,
            pattern = "^[A-Za-z0-9._-]{1,64}$")
        String collection,
    @Doc(
            value = "Id of the document, unique within the collection; made when there is none.",
            minLength = 1,
            maxLength = 200)
        @Nullable String id,
    @Doc("Shown with citations; the id when there is none.") @Nullable String title,
    @Doc("The content, at most 4 MiB of UTF-8.") String text,
    @Doc("Kept, and returned with hits.") @Nullable Map<String, String> metadata) {}
