package dev.weft.contracts.auth;

import dev.weft.contracts.http.Doc;

/** A key to revoke, by its public id. */
public record RevokeKey(@Doc("Public id of the key.") String id) {}
