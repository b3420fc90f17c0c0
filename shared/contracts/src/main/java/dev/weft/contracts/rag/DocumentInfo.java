package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
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
    @Doc("Into how many passages the text was cut.") int chunks,
    Map<String, String> metadata,
    @Doc(format = "date-time") String updatedAt) {}
