package dev.weft.contracts.auth;

import dev.weft.contracts.Identity;
import org.jspecify.annotations.Nullable;

/**
 * A checked caller.
 *
 * @param token the signed identity context that goes with every call (compact JWS, EdDSA)
 * @param identity what the token says
 * @param expiresAtMillis end of its life, milliseconds since the epoch; at most a minute ahead
 * @param credentialEndsAtMillis when the key or access token itself ends, milliseconds since the
 *     epoch; null when not known
 */
public record SignedIdentity(
    String token, Identity identity, long expiresAtMillis, @Nullable Long credentialEndsAtMillis) {}
