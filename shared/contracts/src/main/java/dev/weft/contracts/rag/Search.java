package dev.weft.contracts.rag;

import org.jspecify.annotations.Nullable;

/**
 * @param collection the collection's name
 * @param query what to look for, at most 10,000 characters
 * @param limit hits wanted, 1 to 50; null for 5
 */
public record Search(String collection, String query, @Nullable Integer limit) {}
