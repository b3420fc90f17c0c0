package dev.weft.contracts.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key to create.
 *
 * @param name for people, 1 to 100 characters
 * @param scopes what it may do; null for all but {@code keys:manage}
 * @param expiresInDays 1 to 3650; null for 90
 */
public record CreateKey(
    String name, @Nullable List<String> scopes, @Nullable Integer expiresInDays) {}
