package dev.weft.contracts.auth;

/** A key to revoke, by its public id. */
public record RevokeKey(String id) {}
