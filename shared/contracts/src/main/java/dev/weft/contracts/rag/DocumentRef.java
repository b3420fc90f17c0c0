package dev.weft.contracts.rag;

/** A document by its collection's name and its id. */
public record DocumentRef(String collection, String id) {}
