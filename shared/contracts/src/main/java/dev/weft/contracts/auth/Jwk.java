package dev.weft.contracts.auth;

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
public record Jwk(String kty, String crv, String x, String kid, String alg, String use) {}
