package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;

/**
 * @param createdAt ISO-8601 in UTC
 */
@Doc(name = "Collection")
public record CollectionInfo(
    String name,
    String description,
    long documents,
    @Doc("Passages.") long chunks,
    @Doc(format = "date-time") String createdAt) {}
