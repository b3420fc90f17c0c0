package dev.weft.contracts.rag;

import org.jspecify.annotations.Nullable;

/**
 * @param name unique within the tenant: 1 to 64 of letters, digits, dot, dash and underscore
 * @param description for people; null for none
 */
public record CreateCollection(String name, @Nullable String description) {}
