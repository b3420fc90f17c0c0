package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
import org.jspecify.annotations.Nullable;

/**
 * @param limit 1 to 100; null for 20
 * @param after id of the last document of the page before; null for the first page
 */
public record ListDocuments(
    @Doc(
            value = "Name of the collection.",
            minLength = 1,
            maxLength = 64,
            pattern = "^[A-Za-z0-9._-]{1,64}$")
        String collection,
    @Doc(value = "Documents wanted.", minimum = 1, maximum = 100, defaultValue = "20")
        @Nullable Integer limit,
    @Doc("Id of the last document of the page before.") @Nullable String after) {}
