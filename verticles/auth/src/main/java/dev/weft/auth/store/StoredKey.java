package dev.weft.auth.store;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code api_key}.
 *
 * @param id public id
 * @param type the word in the key
 * @param tenant owner of the data the key opens
 * @param owner the principal the key acts for
 * @param parent the key with which it was made; null when no key was
 * @param name for people
 * @param digest HMAC of the key
 * @param hint its first and last characters
 * @param scopes what it may do
 * @param createdAt when it was made
 * @param expiresAt end of its life
 * @param revokedAt null while it was not revoked
 * @param lastUsedAt null before its first use
 */
@SuppressWarnings("ArrayRecordComponent") // compared in constant time by KeyDigest, never by equals
public record StoredKey(
    String id,
    String type,
    String tenant,
    String owner,
    @Nullable String parent,
    String name,
    byte[] digest,
    String hint,
    Set<String> scopes,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {

  public StoredKey {
    scopes = Set.copyOf(scopes);
  }

  public boolean expired(Instant now) {
    return !expiresAt.isAfter(now);
  }

  /** Whether it may be used. */
  public boolean active(Instant now) {
    return revokedAt == null && !expired(now);
  }

  @Override
  public String toString() {
    return "StoredKey[" + id + "]";
  }
}
