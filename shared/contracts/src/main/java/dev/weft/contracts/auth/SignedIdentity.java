package dev.weft.contracts.auth;

import dev.weft.contracts.Identity;

/**
 * A checked caller.
 *
 * @param token the signed identity context that goes with every call (compact JWS, EdDSA)
 * @param identity what the token says
 * @param expiresAtMillis end of its life, milliseconds since the epoch; at most a minute ahead
 */
public record SignedIdentity(String token, Identity identity, long expiresAtMillis) {}
