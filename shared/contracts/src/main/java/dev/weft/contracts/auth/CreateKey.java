package dev.weft.contracts.auth;

import dev.weft.contracts.Scopes;
import dev.weft.contracts.http.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key to create.
 *
 * @param name for people, 1 to 100 characters
 * @param scopes what it may do; null for all but {@code keys:manage} and {@code objects:inspect}
 * @param expiresInDays 1 to 3650; null for 90
 */
public record CreateKey(
    @Doc(value = "For people.", minLength = 1, maxLength = 100) String name,
    @Doc(
            value = "What it may do; all but `keys:manage` and `objects:inspect` when not given.",
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
    @Doc(value = "Days of its life.", minimum = 1, maximum = 3_650, defaultValue = "90")
        @Nullable Integer expiresInDays) {}
