package dev.weft.contracts.auth;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.contracts.http.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a key.
 *
 * @param id public id
 * @param name for people
 * @param hint the first and last characters of the key
 * @param scopes what it may do
 * @param status {@code active}, {@code revoked} or {@code expired}
 * @param createdAt ISO-8601 in UTC, as all times here
 * @param expiresAt end of its life
 * @param revokedAt null while it was not revoked
 * @param lastUsedAt null before its first use; kept to about a minute
 * @param madeWith public id of the key it was made with, which it does not outlive; null when it
 *     was made without one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyInfo(
    @Doc("Public id.") String id,
    String name,
    @Doc("First and last characters of the key.") String hint,
    List<String> scopes,
    @Doc(allowed = {"active", "revoked", "expired"}) String status,
    @Doc(format = "date-time") String createdAt,
    @Doc(format = "date-time") String expiresAt,
    @Doc(format = "date-time") @Nullable String revokedAt,
    @Doc(value = "Kept to about a minute.", format = "date-time") @Nullable String lastUsedAt,
    @Doc("Public id of the key it was made with: it ends with that one.")
        @Nullable String madeWith) {}
