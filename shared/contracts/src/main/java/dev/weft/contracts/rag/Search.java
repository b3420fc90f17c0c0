package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
import org.jspecify.annotations.Nullable;

/**
 * @param collection the collection's name
 * @param query what to look for, at most 100,000 characters
 * @param limit hits wanted, 1 to 50; null for 5
 */
public record Search(
    @Doc("The collection to search.") String collection,
    @Doc(value = "What to look for.", maxLength = 100_000) String query,
    @Doc(value = "Hits wanted.", minimum = 1, maximum = 50, defaultValue = "5")
        @Nullable Integer limit) {}
