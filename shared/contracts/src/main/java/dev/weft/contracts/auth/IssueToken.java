package dev.weft.contracts.auth;

import dev.weft.contracts.Scopes;
import dev.weft.contracts.http.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to issue to the caller.
 *
 * @param scopes a subset of the caller's; null for all but {@code keys:manage}
 * @param ttlSeconds 1 to 600; null for 600
 */
public record IssueToken(
    @Doc(
            value = "A subset of the caller's; all but `keys:manage` when not given.",
            allowed = {
              Scopes.CHAT_INVOKE,
              Scopes.MODELS_READ,
              Scopes.RAG_READ,
              Scopes.RAG_WRITE,
              Scopes.MCP_CALL,
              Scopes.OBJECTS_CALL,
              Scopes.OBJECTS_INSPECT,
              Scopes.KEYS_MANAGE,
              Scopes.METRICS_READ
            })
        @Nullable List<String> scopes,
    @Doc(value = "Seconds of its life.", minimum = 1, maximum = 600, defaultValue = "600")
        @Nullable Integer ttlSeconds) {}
