package dev.weft.contracts.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to issue to the caller.
 *
 * @param scopes a subset of the caller's; null for all of them
 * @param ttlSeconds 1 to 600; null for 600
 */
public record IssueToken(@Nullable List<String> scopes, @Nullable Integer ttlSeconds) {}
