package dev.weft.contracts.auth;

import dev.weft.contracts.http.Doc;

/**
 * A public Ed25519 key (RFC 8037).
 *
 * @param kty {@code OKP}
 * @param crv {@code Ed25519}
 * @param x the key, base64url
 * @param kid key id
 * @param alg {@code EdDSA}
 * @param use {@code sig}
 */
public record Jwk(
    @Doc(allowed = "OKP") String kty,
    @Doc(allowed = "Ed25519") String crv,
    String x,
    String kid,
    @Doc(allowed = "EdDSA") String alg,
    @Doc(allowed = "sig") String use) {}
