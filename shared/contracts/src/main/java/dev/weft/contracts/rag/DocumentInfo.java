package dev.weft.contracts.rag;

import java.util.Map;

/**
 * @param chunks into how many pieces the text was cut
 * @param updatedAt ISO-8601 in UTC
 */
public record DocumentInfo(
    String id,
    String collection,
    String title,
    int characters,
    int chunks,
    Map<String, String> metadata,
    String updatedAt) {}
