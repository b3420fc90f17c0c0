package dev.weft.contracts.rag;

/**
 * @param createdAt ISO-8601 in UTC
 */
public record CollectionInfo(
    String name, String description, long documents, long chunks, String createdAt) {}
