package dev.weft.contracts.rag;

/** A collection by its name. */
public record CollectionRef(String collection) {}
