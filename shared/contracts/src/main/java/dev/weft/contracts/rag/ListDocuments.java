package dev.weft.contracts.rag;

import org.jspecify.annotations.Nullable;

/**
 * @param limit 1 to 100; null for 20
 * @param after id of the last document of the page before; null for the first page
 */
public record ListDocuments(String collection, @Nullable Integer limit, @Nullable String after) {}
