package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;

/** A collection by its name. */
public record CollectionRef(
    @Doc(
            value = "Name of the collection.",
            minLength = 1,
            maxLength = 64,
            pattern = "^[A-Za-z0-9._-]{1,64}$")
        String collection) {}
