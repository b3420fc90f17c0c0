package dev.weft.contracts.rag;

/** What was deleted: a collection's name or a document's id. */
public record Deleted(String id, boolean deleted) {}
