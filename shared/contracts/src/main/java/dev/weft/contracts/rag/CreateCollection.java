package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;
import org.jspecify.annotations.Nullable;

/**
 * @param name unique within the tenant: 1 to 64 of letters, digits, dot, dash and underscore
 * @param description for people; null for none
 */
public record CreateCollection(
    @Doc(
            value = "Unique: letters, digits, dot, dash and underscore.",
            minLength = 1,
            maxLength = 64,
            pattern = "^[A-Za-z0-9._-]{1,64}$")
        String name,
    @Doc("For people.") @Nullable String description) {}
