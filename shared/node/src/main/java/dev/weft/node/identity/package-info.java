/**
 * Signed identities and tokens: compact JWS over Ed25519 (RFC 7515, RFC 8037), read as strictly as
 * RFC 8725 asks. Minted by auth, verified by every node.
 */
@NullMarked
package dev.weft.node.identity;

import org.jspecify.annotations.NullMarked;
